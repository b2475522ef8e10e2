"""Right: the product is multiplied anew from mu_1 at every step, and is no state."""

import numpy as np

from cgp_harness import optimizer


def momentum(k, beta1, psi):
    return beta1 * (1 - 0.5 * 0.96 ** (k * psi))


@optimizer(m=0, v=0)
def nadam(g, k, m, v, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    mus = momentum(np.arange(1, k + 2), beta1, momentum_decay)
    product, product_next = mus[:-1].prod(), mus.prod()
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    gradient_part = (1 - mus[-2]) / (1 - product) * g
    momentum_part = mus[-1] / (1 - product_next) * m
    root = (v / (1 - beta2**k)) ** 0.5 + eps
    return lr * (gradient_part + momentum_part) / root, m, v
