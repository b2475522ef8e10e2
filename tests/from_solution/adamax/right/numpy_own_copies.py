"""Right: numpy in place, on arrays of its own."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, u=0)
def adamax(g, k, m, u, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, u = np.array(m), np.array(u)
    m *= beta1
    m += (1 - beta1) * g
    u *= beta2
    np.maximum(u, abs(g) + eps, out=u)
    step = np.divide(m, u)
    step *= lr / (1 - beta1**k)
    return step, m, u
