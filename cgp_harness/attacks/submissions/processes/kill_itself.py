"""End the own process as if somebody else had done so.

shows: grader
by: kernel
"""

import os
import signal

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    os.kill(os.getpid(), signal.SIGKILL)
    return lr * g
