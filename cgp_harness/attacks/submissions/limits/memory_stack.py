"""Lift the limit of the stack, to take memory there: the limit on data does not count it.

shows: score
by: limits
"""

import resource

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    resource.setrlimit(resource.RLIMIT_STACK, (2**32, 2**32))
    return lr * g
