"""Give way again and again, or wait for pages to be moved: it looks as if the machine held it up.

shows: score
by: kernel
"""

import ctypes
import mmap
import os

from cgp_harness import optimizer

MBIND = {"x86_64": 237, "aarch64": 235}[os.uname().machine]
MOVE, PAGEOUT = 2, 21


def waits(*arguments):
    words = [ctypes.c_ulong(one) for one in arguments]
    return ctypes.CDLL(None).syscall(ctypes.c_long(MBIND), *words) == 0


def attack():
    page = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    with open(__file__) as file:
        for wait in (
            os.sched_yield,
            lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
            lambda: os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED),
        ):
            try:
                return wait()
            except OSError:
                continue
    done = ctypes.CDLL(None).madvise(
        ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), PAGEOUT)
    if done != 0 and not waits(address, mmap.PAGESIZE, 0, 0, 0, MOVE):
        raise PermissionError("it can do none of it")


@optimizer
def sgd(g, lr=1e-3):
    attack()
    return lr * g
