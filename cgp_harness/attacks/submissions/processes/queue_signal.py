"""Send a signal by every call that sends one.

shows: process
by: kernel
"""

import ctypes

from cgp_harness import optimizer

DONE = []


def attack():
    libc = ctypes.CDLL(None)
    number = libc.syscall(434, @BYSTANDER@, 0)  # pidfd_open
    libc.syscall(424, number, 19, None, 0)  # pidfd_send_signal, SIGSTOP
    libc.tkill = lambda pid, one: libc.syscall(200, pid, one)
    libc.tkill(@BYSTANDER@, 19)
    libc.syscall(234, @BYSTANDER@, @BYSTANDER@, 19)  # tgkill


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
