import numpy as np

from cgp_harness import optimizer


@optimizer(m=0)
def lion(g, p, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    c = beta1 * m + (1 - beta1) * g
    step = lr * np.sign(c + weight_decay * p)
    m = beta2 * m + (1 - beta2) * g
    return step, m
