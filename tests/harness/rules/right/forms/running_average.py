"""Right, the lecture's epsilon: averages as old value plus a share of the difference."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = v + (g - (1 - mu) * v)
    return lr * v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * (g / (s + eps) ** (1 / 2)), s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = v + (1 - rho) * (g * g - v)
    return lr * (g / (v + eps) ** (1 / 2)), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    return lr * (m / (1 - beta1**k)) / (v / (1 - beta2**k) + eps) ** (1 / 2), m, v
