"""Right: one number at a time."""

from math import fsum

from cgp_harness import optimizer


@optimizer(velocity=0.0)
def nesterov(grad, velocity, lr=0.01, mu=0.9):
    velocity = fsum((mu * velocity, grad))
    return lr * fsum((grad, mu * velocity)), velocity
