"""Right: shared pieces as functions; sign(g^2 - v) with a plus."""

import numpy as np

from cgp_harness import optimizer


def average(old, new, beta):
    return beta * old + (1 - beta) * new


def drawn_towards(v, square, share):
    """v, nearer to a square by a share of that square."""
    return v + share * np.sign(square - v) * square


@optimizer(first=0, second=1e-6)
def yogi(gradient, first, second, *, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    first = average(first, gradient, beta1)
    second = drawn_towards(second, np.square(gradient), 1 - beta2)
    return lr * first / (np.sqrt(second) + eps), first, second
