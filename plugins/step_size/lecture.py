"""Homework on step-size optimizers: the four rules as the lecture writes them."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g                                     # Eq. 32
    return v, v                                             # Eq. 33 subtracts it


@optimizer(total=0)
def adagrad(g, total, lr=1e-3, eps=1e-8):
    total = total + g**2
    return lr / (total + eps) ** 0.5 * g, total             # Eq. 37


@optimizer(average=0)
def rmsprop(g, average, lr=1e-3, rho=0.9, eps=1e-8):
    average = rho * average + (1 - rho) * g**2
    return lr / (average + eps) ** 0.5 * g, average


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g                         # Eq. 38
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)   # Eq. 39
    return lr * m_hat / (v_hat + eps) ** 0.5, m, v          # Eq. 40
