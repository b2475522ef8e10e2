"""Read address 0.

shows: grader
by: process
"""

import ctypes

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    ctypes.string_at(0)
    return lr * g
