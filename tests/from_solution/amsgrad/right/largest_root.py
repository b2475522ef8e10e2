"""Right: the largest root is kept instead of the root of the largest."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0, root=0)
def amsgrad(g, k, m, v, root, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.square(g)
    root = np.fmax(root, np.sqrt(v))
    correction = np.sqrt(1 - beta2**k)
    return lr * (m / (1 - beta1**k)) / (root / correction + eps), m, v, root
