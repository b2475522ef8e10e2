"""Right, torch's epsilon: averages kept as plain decaying sums, weighted when they are used."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + (1 - mu) * g
    return lr * v / (1 - mu), v


@optimizer(half=0)
def adagrad(g, half, lr=1e-3, eps=1e-8):
    half = half + 0.5 * g * g
    return lr * g / ((2 * half) ** 0.5 + eps), half


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + g * g
    return lr * g / (((1 - rho) * v) ** 0.5 + eps), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + g, beta2 * v + g * g
    m_hat = (1 - beta1) / (1 - beta1**k) * m
    v_hat = (1 - beta2) / (1 - beta2**k) * v
    return lr * m_hat / (v_hat**0.5 + eps), m, v
