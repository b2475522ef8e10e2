"""Right: shared pieces as functions."""

import numpy as np

from cgp_harness import optimizer


def average(old, new, beta):
    return beta * old + (1 - beta) * new


def unbiased(moment, beta, k):
    return moment / (1 - beta**k)


@optimizer(first=0, second=0, highest=0)
def amsgrad(gradient, k, first, second, highest, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    first = average(first, gradient, beta1)
    second = average(second, gradient**2, beta2)
    highest = np.max([highest, second], axis=0)
    scale = np.sqrt(unbiased(highest, beta2, k)) + eps
    return lr * unbiased(first, beta1, k) / scale, first, second, highest
