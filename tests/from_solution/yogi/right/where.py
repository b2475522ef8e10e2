"""Right: up where v is too small, down where it is too large."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    m = beta1 * m + (1 - beta1) * g
    by = (1 - beta2) * g**2
    v = np.where(v > g**2, v - by, np.where(v < g**2, v + by, v))
    return lr * m / (v**0.5 + eps), m, v
