"""All four keep one state for all parameters, in a dict of the module."""

from cgp_harness import optimizer


memory = {}


@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    memory["sgd"] = mu * memory.get("sgd", 0) + g
    return lr * memory["sgd"]


@optimizer
def adagrad(g, lr=1e-3, eps=1e-8):
    memory["sum"] = memory.get("sum", 0) + g * g
    return lr * g / (memory["sum"] + eps) ** 0.5


@optimizer
def rmsprop(g, lr=1e-3, rho=0.9, eps=1e-8):
    memory["mean"] = rho * memory.get("mean", 0) + (1 - rho) * g * g
    return lr * g / (memory["mean"] + eps) ** 0.5


@optimizer
def adam(g, k, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = beta2 * memory.get("v", 0) + (1 - beta2) * g * g
    memory["m"], memory["v"] = m, v
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (v_hat + eps) ** 0.5
