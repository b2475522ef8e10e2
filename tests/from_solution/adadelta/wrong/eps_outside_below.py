from math import sqrt

from cgp_harness import optimizer


@optimizer(v=0.0, u=0.0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    v = rho * v + (1 - rho) * g**2
    delta = sqrt(u + eps) / (sqrt(v) + eps) * g
    u = rho * u + (1 - rho) * delta**2
    return lr * delta, v, u
