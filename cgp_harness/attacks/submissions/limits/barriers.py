"""Wait where nobody can wake a process: it takes no CPU time, and looks like a busy disk.

shows: score
by: kernel
"""

import ctypes
import fcntl
import os

from cgp_harness import optimizer

MEMBARRIER = {"x86_64": 324, "aarch64": 283}[os.uname().machine]
GLOBAL = 1


def attack():
    with open(__file__) as file:
        for wait in (os.fsync, os.fdatasync, lambda one: fcntl.flock(one, fcntl.LOCK_SH)):
            try:
                return wait(file.fileno())
            except OSError:
                continue
    if ctypes.CDLL(None).syscall(MEMBARRIER, GLOBAL, 0) != 0:
        raise PermissionError("it can wait for none of it")


@optimizer
def sgd(g, lr=1e-3):
    attack()
    return lr * g
