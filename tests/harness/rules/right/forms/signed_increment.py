"""Right, the lecture's epsilon: buffers hold what is added to the parameter, negated at the end."""

from cgp_harness import optimizer


@optimizer(delta=0)
def sgd_plus(g, delta, lr=1e-3, mu=0.9):
    delta = mu * delta - lr * g
    return -delta, delta


@optimizer(minus_s=0)
def adagrad(g, minus_s, lr=1e-3, eps=1e-8):
    minus_s = minus_s - g * g
    delta = -lr * g / (eps - minus_s) ** 0.5
    return -delta, minus_s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = v - (1 - rho) * (v - g * g)
    delta = -lr * g / (v + eps) ** 0.5
    return -delta, v


@optimizer(minus_m=0, v=0)
def adam(g, k, minus_m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    minus_m = beta1 * minus_m - (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    delta = lr * minus_m / (1 - beta1**k) / (v / (1 - beta2**k) + eps) ** 0.5
    return -delta, minus_m, v
