"""Right: the maximum by comparison."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, u=0)
def adamax(g, k, m, u, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (g - m)
    old, new = beta2 * u, np.where(g < 0, -g, g) + eps
    u = np.where(old > new, old, new)
    return lr * m / ((1 - beta1**k) * u), m, u
