"""Right: multiplied out, in terms of the old buffer."""

from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    step = lr * (1 + mu) * g + lr * mu**2 * v
    return step, g + mu * v
