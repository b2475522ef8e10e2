import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, u=0)
def adamax(g, m, u, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return lr * m / (u + eps), m, u
