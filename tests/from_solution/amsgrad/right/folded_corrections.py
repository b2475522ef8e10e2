"""Right: both corrections folded into the rate, eps scaled along."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0, top=0)
def amsgrad(g, k, m, v, top, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    top = np.maximum(v, top)
    root = (1 - beta2**k) ** 0.5
    rate = lr * root / (1 - beta1**k)
    return rate * m / (top**0.5 + eps * root), m, v, top
