"""Leave a process behind that is nobody's child.

shows: process
by: kernel
"""

import ctypes
import os
import time

from cgp_harness import optimizer

DONE = []


def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, b"@TOKEN@"[:15], 0, 0, 0)
            for number in range(64):
                try:
                    os.close(number)
                except OSError:
                    pass
            time.sleep(30)
        os._exit(0)
    time.sleep(0.2)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
