"""Right: numpy in place, on arrays of its own."""

import numpy as np

from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    buffer = np.array(v, copy=True)
    buffer *= mu
    buffer += g
    step = np.multiply(mu, buffer)
    step += g
    step *= lr
    return step, buffer
