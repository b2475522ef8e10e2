"""Right: one root of the ratio."""

from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    v = rho * v + (1 - rho) * g * g
    delta = g * ((u + eps) / (v + eps)) ** 0.5
    return lr * delta, v, rho * u + (1 - rho) * delta * delta
