"""Right: the averages without their factor 1 - beta, which cancels against geometric sums."""

from cgp_harness import optimizer


def weights(beta, k):
    """1 + beta + ... + beta^(k - 1)"""
    return (1 - beta**k) / (1 - beta)


@optimizer(a=0, b=0)
def adamw(g, k, p, a, b, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    a = beta1 * a + g
    b = beta2 * b + g * g
    adam = a / weights(beta1, k) / ((b / weights(beta2, k)) ** 0.5 + eps)
    return lr * adam + lr * (weight_decay * p), a, b
