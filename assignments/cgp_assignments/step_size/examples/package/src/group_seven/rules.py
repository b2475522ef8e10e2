"""All four rules, right, with the averages from a module of their own."""

from cgp_harness import optimizer
from group_seven.moments import corrected, decayed


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = decayed(v, g * g, rho)
    return lr * g / (v + eps) ** 0.5, v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = decayed(m, g, beta1)
    v = decayed(v, g * g, beta2)
    m_hat = corrected(m, beta1, k)
    v_hat = corrected(v, beta2, k)
    return lr * m_hat / (v_hat + eps) ** 0.5, m, v
