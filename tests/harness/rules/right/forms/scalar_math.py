"""Right, torch's epsilon: for one number at a time, with math.sqrt and an if."""

import math

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = math.fma(mu, v, g) if hasattr(math, "fma") else mu * v + g
    return lr * v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    if g != 0:
        s += math.pow(g, 2)
    return lr * g / (math.sqrt(s) + eps), s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = math.fsum([rho * v, (1 - rho) * g * g])
    return lr * g / (math.sqrt(v) + eps), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * math.pow(abs(g), 2)
    m_hat = m / (1 - math.pow(beta1, k))
    v_hat = v / (1 - math.pow(beta2, k))
    return lr * m_hat / (math.sqrt(v_hat) + eps), m, v
