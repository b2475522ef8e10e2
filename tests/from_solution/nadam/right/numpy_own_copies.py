"""Right: numpy in place, on arrays of its own."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0, product=1)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    mu, mu_next = beta1 * (1 - 0.5 * np.power(0.96, np.array([k, k + 1]) * momentum_decay))
    m, v, product = np.array(m), np.array(v), np.array(product)
    product *= mu
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * np.square(g)
    step = mu_next / (1 - product * mu_next) * m
    step += (1 - mu) / (1 - product) * g
    step *= lr
    step /= np.sqrt(v / (1 - beta2**k)) + eps
    return step, m, v, product
