"""Right: the sign as a difference of two truth values."""

from cgp_harness import optimizer


@optimizer(m=0)
def lion(g, p, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    c = beta1 * m + (1 - beta1) * g
    up, down = (c > 0) * 1.0, (c < 0) * 1.0
    return lr * (up - down + weight_decay * p), beta2 * m + (1 - beta2) * g
