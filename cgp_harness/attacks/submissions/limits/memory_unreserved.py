"""Take memory that nothing is set aside for, and move it about.

shows: score
by: limits
"""

import ctypes
import mmap

from cgp_harness import optimizer

HOARD = []
LIBC = ctypes.CDLL(None)
LIBC.mremap.restype = ctypes.c_void_p
MREMAP_MAYMOVE, MREMAP_DONTUNMAP, MAP_NORESERVE = 1, 4, 0x4000


@optimizer
def sgd(g, lr=1e-3):
    for _ in range(64):
        block = mmap.mmap(-1, 2**27, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE)
        block[::4096] = bytes(2**15)
        begin = ctypes.addressof(ctypes.c_char.from_buffer(block))
        size = ctypes.c_size_t(2**27)
        LIBC.mremap(ctypes.c_void_p(begin), size, size, MREMAP_MAYMOVE | MREMAP_DONTUNMAP)
        HOARD.append(block)
    return lr * g
