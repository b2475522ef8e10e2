import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    m = beta1 * m + (1 - beta1) * g
    v = v - (1 - beta2) * np.sign(v - g**2)
    return lr * m / (np.sqrt(v) + eps), m, v
