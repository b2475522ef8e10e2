"""Right: shared pieces as functions."""

from cgp_harness import optimizer


def schedule(beta, decay, k):
    return beta * (1 - 0.5 * 0.96 ** (decay * k))


def average(old, new, beta):
    return old * beta + new * (1 - beta)


def unbiased(value, product):
    return value / (1 - product)


@optimizer(first=0, second=0, mus=1)
def nadam(gradient, k, first, second, mus, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8,
          momentum_decay=4e-3):
    now, after = (schedule(beta1, momentum_decay, i) for i in (k, k + 1))
    mus = mus * now
    first, second = average(first, gradient, beta1), average(second, gradient**2, beta2)
    ahead = unbiased((1 - now) * gradient, mus) + unbiased(after * first, mus * after)
    return lr * ahead / (unbiased(second, beta2**k) ** 0.5 + eps), first, second, mus
