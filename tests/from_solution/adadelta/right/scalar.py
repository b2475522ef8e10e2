"""Right: one number at a time."""

from math import sqrt

from cgp_harness import optimizer


@optimizer(E_g2=0.0, E_dx2=0.0)
def adadelta(gradient, E_g2, E_dx2, lr=1.0, rho=0.9, eps=1e-6):
    E_g2 = rho * E_g2 + (1 - rho) * gradient**2
    dx = -sqrt(E_dx2 + eps) / sqrt(E_g2 + eps) * gradient
    E_dx2 = rho * E_dx2 + (1 - rho) * dx**2
    return -lr * dx, E_g2, E_dx2
