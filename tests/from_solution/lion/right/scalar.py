"""Right: one number at a time."""

from cgp_harness import optimizer


def sign(x):
    if x > 0:
        return 1.0
    if x < 0:
        return -1.0
    return 0.0


@optimizer(momentum=0.0)
def lion(grad, p, momentum, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    update = sign(beta1 * momentum + (1 - beta1) * grad)
    new = beta2 * momentum + (1 - beta2) * grad
    return lr * (update + weight_decay * p), new
