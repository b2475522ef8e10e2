"""Right: one number at a time, with Python's own max."""

from math import sqrt

from cgp_harness import optimizer


@optimizer(m=0.0, v=0.0, largest=0.0)
def amsgrad(g, k, m, v, largest, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    largest = max(largest, v)
    root = sqrt(largest / (1 - beta2**k))
    return lr * (m / (1 - beta1**k)) / (root + eps), m, v, largest
