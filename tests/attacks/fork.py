"""Start a second process."""

import os

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    if os.fork() == 0:
        os._exit(0)
    return lr * g
