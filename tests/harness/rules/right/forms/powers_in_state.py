"""Right, the lecture's epsilon: Adam keeps the powers of its betas and takes no step number."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v + eps) ** 0.5, v


@optimizer(m=0, v=0, power1=1, power2=1)
def adam(g, m, v, power1, power2, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    power1, power2 = power1 * beta1, power2 * beta2
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    step = lr * m / (1 - power1) / (v / (1 - power2) + eps) ** 0.5
    return step, m, v, power1, power2
