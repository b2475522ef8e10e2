"""Right: two small functions and a named tuple."""

from typing import NamedTuple

from cgp_harness import optimizer


class Moved(NamedTuple):
    step: object
    buffer: object


def accumulate(buffer, gradient, mu):
    return mu * buffer + gradient


def ahead(buffer, gradient, mu):
    """Where the same gradient would take the buffer once more."""
    return accumulate(buffer, gradient, mu)


@optimizer(buffer=0)
def nesterov(gradient, buffer, lr=1e-2, mu=0.9):
    new = accumulate(buffer, gradient, mu)
    return Moved(step=lr * ahead(new, gradient, mu), buffer=new)
