"""Run out of stack.

shows: grader
by: process
"""

import sys

from cgp_harness import optimizer

sys.setrecursionlimit(10**9)


class Endless:
    def __add__(self, other):
        return self + other


@optimizer
def sgd(g, lr=1e-3):
    return Endless() + g
