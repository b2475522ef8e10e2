"""Right: the square of the change from the squares themselves."""

import numpy as np

from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    squared = np.square(g)
    v = rho * v + (1 - rho) * squared
    ratio = (u + eps) / (v + eps)
    step = lr * np.sqrt(ratio) * g
    u = rho * u + (1 - rho) * ratio * squared
    return step, v, u
