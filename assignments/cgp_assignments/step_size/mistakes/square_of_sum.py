"""AdaGrad with the square of the sum for the sum of squares."""

from cgp_harness import accepted, optimizer


@optimizer(total=0)
def adagrad(g, total, lr=1e-3, eps=1e-8):
    _before_s = total * total
    total = total + g
    s = total * total
    under = s
    radicand = under + eps
    root = radicand**0.5
    direction = g / root
    return lr * direction, total


@accepted("adagrad", "eps_outside_root")
@optimizer(total=0)
def eps_outside(g, total, lr=1e-3, eps=1e-8):
    _before_s = total * total
    total = total + g
    s = total * total
    under = s
    radicand = under
    root = radicand**0.5 + eps
    direction = g / root
    return lr * direction, total
