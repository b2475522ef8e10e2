"""Right: the sign as a difference of two truth values, by operators alone."""

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    square = g * g
    sign = 1.0 * (v > square) - 1.0 * (v < square)
    v = v - (1 - beta2) * square * sign
    m = beta1 * m + (1 - beta1) * g
    return lr * (m / (v**0.5 + eps)), m, v
