"""Right: each average moves towards the new number by a share of the distance."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0)
def adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (np.square(g) - v)
    corrections = 1 - beta1**k, 1 - beta2**k
    adam = np.divide(m, corrections[0] * (np.sqrt(v / corrections[1]) + eps))
    return np.add(lr * adam, np.multiply(lr * weight_decay, p)), m, v
