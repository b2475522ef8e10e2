"""Send what was found to a server.

shows: network
by: kernel
"""

import socket

from cgp_harness import optimizer

DONE = []


def attack():
    one = socket.create_connection(("127.0.0.1", @PORT@))
    one.sendall(b"found")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
