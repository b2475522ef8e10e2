"""Right: numpy in place, on arrays of its own."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    m, v = np.array(m), np.array(v)
    m *= beta1
    m += (1 - beta1) * g
    square = np.multiply(g, g)
    change = np.sign(v - square)
    change *= (1 - beta2) * square
    v -= change
    step = np.divide(m, np.sqrt(v) + eps)
    step *= lr
    return step, m, v
