"""Right: one number at a time, with branches."""

from math import sqrt

from cgp_harness import optimizer


@optimizer(m=0.0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    m = beta1 * m + (1 - beta1) * g
    square = g * g
    if v > square:
        v = v - (1 - beta2) * square
    elif v < square:
        v = v + (1 - beta2) * square
    return lr * m / (sqrt(v) + eps), m, v
