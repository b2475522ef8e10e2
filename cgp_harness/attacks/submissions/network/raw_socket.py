"""Open a connection by the number of the call.

shows: network
by: kernel
"""

import ctypes
import struct

from cgp_harness import optimizer

DONE = []


def attack():
    libc = ctypes.CDLL(None)
    number = libc.socket(2, 1, 0)
    place = struct.pack("<H", 2) + struct.pack(">H", @PORT@) + bytes((127, 0, 0, 1)) + bytes(8)
    libc.connect(number, place, 16)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
