"""Connect to a socket that has no file.

shows: network
by: kernel
"""

import socket

from cgp_harness import optimizer

DONE = []


def attack():
    socket.socket(socket.AF_UNIX).connect("\0@TOKEN@")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
