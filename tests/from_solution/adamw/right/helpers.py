"""Right: shared pieces as functions."""

from cgp_harness import optimizer


def average(old, new, beta):
    return beta * old + (1 - beta) * new


def unbiased(moment, beta, k):
    return moment / (1 - beta**k)


def adam_direction(m, v, k, beta1, beta2, eps):
    return unbiased(m, beta1, k) / (unbiased(v, beta2, k) ** 0.5 + eps)


@optimizer(mean=0, square=0)
def adamw(grad, mean, square, k, p, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8,
          weight_decay=1e-2):
    mean, square = average(mean, grad, beta1), average(square, grad**2, beta2)
    direction = adam_direction(mean, square, k, beta1, beta2, eps)
    direction = direction + weight_decay * p
    return lr * direction, mean, square
