"""Right, torch's epsilon: every sum and product the other way round, powers of minus one half."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = g + v * mu
    return v * lr, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = g**2 + s
    return g / (eps + s**0.5) * lr, s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = (g * g) * (1.0 - rho) + v * rho
    return g * (lr / (eps + v**0.5)), v


@optimizer(v=0, m=0)
def adam(g, m, v, k, eps=1e-8, beta2=0.999, beta1=0.9, lr=1e-3):
    v = (1 - beta2) * g**2 + v * beta2
    m = g * (1 - beta1) + m * beta1
    step = (m / (1 - beta1**k)) * (1 / (eps + (v / (1 - beta2**k)) ** 0.5)) * lr
    return step, v, m
