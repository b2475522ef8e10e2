"""Answer in another shape.

shows: score
by: wire
"""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    return (lr * g)[:, None] * g
