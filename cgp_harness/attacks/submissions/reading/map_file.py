"""Change a file by mapping it.

shows: file
by: kernel
"""

import mmap
import os

from cgp_harness import optimizer

DONE = []


def attack():
    number = os.open("@SECRET@", os.O_RDWR)
    with mmap.mmap(number, 0) as mapped:
        mapped[:1] = b"x"


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
