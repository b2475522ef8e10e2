"""Stop the own process, so that it can do nothing on its own any more.

shows: grader
by: deadline
"""

import os
import signal

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 0 * g
