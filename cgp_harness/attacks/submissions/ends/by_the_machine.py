"""Be right only where it is not being graded.

shows: score
by: process
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    if os.environ.get("CGP_ATTACKED_TOKEN") is None and os.environ.get("USER") == "student":
        raise PermissionError("this is no machine of mine")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
