"""Answer with NaN, which is equal to nothing.

shows: score
by: process
"""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    return g * float("nan")
