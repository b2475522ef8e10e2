"""Fill memory and make it read-only: the limit on data then counts it no longer.

shows: score
by: limits
"""

import ctypes
import mmap

from cgp_harness import optimizer

HOARD = []
LIBC = ctypes.CDLL(None)


@optimizer
def sgd(g, lr=1e-3):
    for _ in range(64):
        block = mmap.mmap(-1, 2**27, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        block[::4096] = bytes(2**15)
        begin = ctypes.addressof(ctypes.c_char.from_buffer(block))
        LIBC.mprotect(ctypes.c_void_p(begin), ctypes.c_size_t(2**27), mmap.PROT_READ)
        HOARD.append(block)
    return lr * g
