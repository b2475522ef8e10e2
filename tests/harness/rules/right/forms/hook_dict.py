"""Right, torch's epsilon: no decorator at the top; the hook itself gives a dict of rules."""

from cgp_harness import hookimpl, optimizer


def momentum(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v


def adaptive_gradient(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s**0.5 + eps), s


def root_mean_square(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v**0.5 + eps), v


def adaptive_moments(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * (m / (1 - beta1**k)) / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v


@hookimpl
def cgp_step_size_optimizers():
    return {
        "sgd_plus": optimizer(name="sgd_plus", v=0)(momentum),
        "adagrad": optimizer(name="adagrad", s=0)(adaptive_gradient),
        "rmsprop": optimizer(name="rmsprop", v=0)(root_mean_square),
        "adam": optimizer(name="adam", m=0, v=0)(adaptive_moments),
    }
