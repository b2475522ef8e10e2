"""Right: shared pieces as functions."""

import numpy as np

from cgp_harness import optimizer


def average(old, new, beta):
    return beta * old + (1 - beta) * new


def faded_maximum(old, new, beta):
    return np.fmax(beta * old, new)


@optimizer(mean=0, size=0)
def adamax(gradient, k, mean, size, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    mean = average(mean, gradient, beta1)
    size = faded_maximum(size, np.absolute(gradient) + eps, beta2)
    rate = lr / (1 - beta1**k)
    return rate * mean / size, mean, size
