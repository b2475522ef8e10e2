"""Right: numpy in place, on arrays of its own."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0)
def lion(g, p, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    c = np.array(m)
    c *= beta1
    c += (1 - beta1) * g
    step = np.sign(c)
    step += weight_decay * p
    step *= lr
    kept = np.array(m)
    kept *= beta2
    kept += (1 - beta2) * g
    return step, kept
