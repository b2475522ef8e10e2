"""Trace another process, read and write its memory.

shows: score
by: kernel
"""

import ctypes

from cgp_harness import optimizer

DONE = []


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    pid = @BYSTANDER@
    if libc.ptrace(16, pid, 0, 0) == 0:  # PTRACE_ATTACH
        return
    here = ctypes.create_string_buffer(8)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
    remote = (ctypes.c_size_t * 2)(0x400000, 8)
    if libc.process_vm_readv(pid, local, 1, remote, 1, 0) >= 0:
        return
    open(f"/proc/{pid}/mem", "r+b").close()


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
