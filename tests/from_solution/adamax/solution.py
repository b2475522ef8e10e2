"""Homework: Adamax."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, u=0)
def adamax(g, k, m, u, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam with the maximum norm (Kingma and Ba, 2015, Algorithm 2), as torch.optim.Adamax has it.

        m    <- beta1 m + (1 - beta1) g
        u    <- max(beta2 u, |g| + eps)            number by number
        step  = lr / (1 - beta1^k) m / u

    eps is added to |g| before the maximum. u needs no correction. Return step, m, u.
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return lr / (1 - beta1**k) * m / u, m, u
