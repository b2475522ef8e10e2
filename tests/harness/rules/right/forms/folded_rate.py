"""Right, torch's epsilon: Adam's two corrections folded into the rate, epsilon scaled with them."""

from cgp_harness import optimizer


@optimizer(buffer=0)
def sgd_plus(g, buffer, lr=1e-3, mu=0.9):
    buffer = mu * buffer + lr * g
    return buffer, buffer


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    own_rate = lr / (s**0.5 + eps)
    return own_rate * g, s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g * g
    own_rate = lr / (v**0.5 + eps)
    return own_rate * g, v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    root = (1 - beta2**k) ** 0.5
    alpha_k = lr * root / (1 - beta1**k)
    return alpha_k * m / (v**0.5 + root * eps), m, v
