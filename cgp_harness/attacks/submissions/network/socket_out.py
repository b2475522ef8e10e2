"""Open a connection.

shows: score
by: kernel
"""

import socket

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    socket.socket()
    return lr * g
