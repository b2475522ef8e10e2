"""Right, the lecture's epsilon: only `g` by position, all the rest by keyword only."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, /, *, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v


@optimizer(s=0)
def adagrad(g, /, *, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, /, *, rho=0.9, eps=1e-8, lr=1e-3, v):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v + eps) ** 0.5, v


@optimizer(m=0, v=0)
def adam(g, /, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, v, m, k):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * (m / (1 - beta1**k)) / (v / (1 - beta2**k) + eps) ** 0.5, m, v
