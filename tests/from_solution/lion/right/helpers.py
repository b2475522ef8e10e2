"""Right: both interpolations by one function."""

from numpy import sign

from cgp_harness import optimizer


def interpolated(old, new, beta):
    return beta * old + (1 - beta) * new


def decayed(direction, p, weight_decay):
    return direction + weight_decay * p


@optimizer(m=0)
def lion(g, m, p, *, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    direction = sign(interpolated(m, g, beta1))
    m = interpolated(m, g, beta2)
    return lr * decayed(direction, p, weight_decay), m
