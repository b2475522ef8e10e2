"""Right: it counts its own steps; the average without its factor 1 - beta1."""

import numpy as np

from cgp_harness import optimizer


@optimizer(total=0, u=0, t=0)
def adamax(g, total, u, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    t = t + 1
    total = beta1 * total + g
    u = np.maximum(beta2 * u, np.sqrt(np.square(g)) + eps)
    m_hat = (1 - beta1) * total / (1 - beta1**t)
    return lr * m_hat / u, total, u, t
