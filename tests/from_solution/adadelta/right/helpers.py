"""Right: RMS and the running average as functions, as in the paper."""

from cgp_harness import optimizer


def rms(average, eps):
    return (average + eps) ** 0.5


def running(average, x, rho):
    return average * rho + x * x * (1 - rho)


@optimizer(grads=0, updates=0)
def adadelta(g, grads, updates, *, lr=1.0, rho=0.9, eps=1e-6):
    grads = running(grads, g, rho)
    update = rms(updates, eps) / rms(grads, eps) * g
    updates = running(updates, update, rho)
    return lr * update, grads, updates
