"""Right: the maximum by comparison."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0, top=0)
def amsgrad(g, k, m, v, top, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    top = np.where(v > top, v, top)
    return lr * m / (1 - beta1**k) / ((top / (1 - beta2**k)) ** 0.5 + eps), m, v, top
