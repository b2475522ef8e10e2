"""Right: one number at a time."""

from math import exp, log, sqrt

from cgp_harness import optimizer


@optimizer(m=0.0, v=0.0, product=1.0)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    def mu(t):
        return beta1 - 0.5 * beta1 * exp(t * momentum_decay * log(0.96))

    product *= mu(k)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    above = (1 - mu(k)) * g / (1 - product)
    above += mu(k + 1) * m / (1 - product * mu(k + 1))
    return lr * above / (sqrt(v / (1 - beta2**k)) + eps), m, v, product
