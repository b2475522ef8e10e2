"""Send what was found without a connection.

shows: network
by: kernel
"""

import socket

from cgp_harness import optimizer

DONE = []


def attack():
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"found", ("127.0.0.1", @PORT@))


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
