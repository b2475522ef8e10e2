"""Empty a file by opening it to be read.

shows: file
by: kernel
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    os.open("@SECRET@", os.O_RDONLY | os.O_TRUNC)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
