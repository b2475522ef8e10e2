"""Start a second process.

shows: score
by: kernel
"""

import os

from cgp_harness import optimizer


DONE = []


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        if os.fork() == 0:
            os._exit(0)
        DONE.append(True)
    return lr * g
