"""Right, torch's conventions: torch's further options, switched off; they change nothing."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, k, v, lr=1e-3, mu=0.9, dampening=0.0, weight_decay=0.0, nesterov=False):
    v = g if k == 1 else mu * v + (1 - dampening) * g
    return lr * (g + mu * v if nesterov else v), v


@optimizer(s=0)
def adagrad(g, k, s, lr=1e-3, lr_decay=0.0, eps=1e-8, weight_decay=0.0):
    s = s + g * g
    return lr / (1 + (k - 1) * lr_decay) * g / (s**0.5 + eps), s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8, weight_decay=0.0, momentum=0, centered=False):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v**0.5 + eps), v


@optimizer(m=0, v=0)
def adam(
    g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0, amsgrad=False,
    variant="plain",
):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * (m / (1 - beta1**k)) / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v
