"""Homework: Yogi."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    """Yogi (Zaheer et al., 2018), Algorithm 2.

        m    <- beta1 m + (1 - beta1) g
        v    <- v - (1 - beta2) sign(v - g^2) g^2
        step  = lr m / (sqrt(v) + eps)

    m begins at 0 and v at 1e-6; neither is corrected for that. sign(0) is 0. eps is added to the
    root. Return step, m, v.
    """
    square = g**2
    m = beta1 * m + (1 - beta1) * g
    v = v - (1 - beta2) * np.sign(v - square) * square
    return lr * m / (np.sqrt(v) + eps), m, v
