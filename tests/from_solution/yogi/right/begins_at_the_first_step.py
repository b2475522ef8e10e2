"""Right: the state begins at 0, and is set at the first step."""

import numpy as np

from cgp_harness import optimizer

START = 1e-6


@optimizer(m=0, v=0)
def yogi(g, k, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    if k == 1:
        v = v + START
    g2 = g * g
    m = m + (1 - beta1) * (g - m)
    v = v - (1 - beta2) * np.sign(v - g2) * g2
    return m * (lr / (v**0.5 + eps)), m, v
