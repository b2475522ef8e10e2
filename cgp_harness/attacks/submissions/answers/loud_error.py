"""Raise with a message of a hundred megabytes, and a chain of a thousand.

shows: grader
by: wire
"""

from cgp_harness import optimizer

DONE = []


def attack():
    error = None
    for number in range(1_000):
        next_one = ValueError(number)
        next_one.__cause__ = error
        error = next_one
    raise ValueError("x" * 10**8) from error


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
