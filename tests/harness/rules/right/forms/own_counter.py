"""Right, torch's epsilon: Adam counts its own steps; AdaGrad keeps the mean, not the sum."""

from cgp_harness import optimizer


@optimizer(v=0, t=0)
def sgd_plus(g, v, t, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v, t + 1


@optimizer(mean=0)
def adagrad(g, k, mean, lr=1e-3, eps=1e-8):
    mean = ((k - 1) * mean + g * g) / k
    return lr * g / ((k * mean) ** 0.5 + eps), mean


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v**0.5 + eps), v


@optimizer(m=0, v=0, t=0)
def adam(g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v, t
