"""Right: the average without its factor 1 - beta2, which comes back where it is used."""

import numpy as np

from cgp_harness import optimizer


@optimizer(total=0)
def lion(g, p, total, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    c = beta1 * (1 - beta2) * total + (1 - beta1) * g
    return lr * (np.sign(c) + weight_decay * p), beta2 * total + g
