"""Stop another process by what the kernel sends when a descriptor is ready.

shows: process
by: kernel
"""

import fcntl
import os
import signal

from cgp_harness import optimizer

DONE = []


def attack():
    ours, theirs = os.pipe()
    fcntl.fcntl(ours, fcntl.F_SETOWN, @BYSTANDER@)
    fcntl.fcntl(ours, fcntl.F_SETSIG, signal.SIGSTOP)
    fcntl.fcntl(ours, fcntl.F_SETFL, os.O_ASYNC)
    os.write(theirs, b"x")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
