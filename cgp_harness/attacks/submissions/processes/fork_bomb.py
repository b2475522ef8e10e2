"""Start as many processes as there may be.

shows: score
by: kernel
"""

import os
import time

from cgp_harness import optimizer

DONE = []


def attack():
    children = []
    for _ in range(20):
        pid = os.fork()
        if pid == 0:
            time.sleep(0.1)
            os._exit(0)
        children.append(pid)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
