"""Right, the lecture's epsilon: the denominators as powers of minus one half."""

from cgp_harness import optimizer


@optimizer(before=0)
def sgd_plus(g, before, lr=1e-3, mu=0.9):
    return (lr * g + mu * before,) * 2


@optimizer(total=0)
def adagrad(g, total, lr=1e-3, eps=1e-8):
    total = total + g * g
    return lr * g * (total + eps) ** -0.5, total


@optimizer(mean=0)
def rmsprop(g, mean, lr=1e-3, rho=0.9, eps=1e-8):
    mean = mean * rho + g * g - rho * g * g
    return lr * g * (mean + eps) ** -0.5, mean


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, β_1=0.9, β_2=0.999, eps=1e-8):
    m = β_1 * m + g - β_1 * g
    v = β_2 * v + g * g - β_2 * g * g
    return lr * m / (1 - β_1**k) * (v / (1 - β_2**k) + eps) ** -0.5, m, v
