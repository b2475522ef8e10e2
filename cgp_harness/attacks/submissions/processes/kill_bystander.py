"""End another process of this user.

shows: process
by: kernel
"""

import os
import signal

from cgp_harness import optimizer

DONE = []


def attack():
    os.kill(@BYSTANDER@, signal.SIGKILL)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
