"""Right: the state holds the product that already has mu_(k+1), and the mu itself."""

import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0, ahead=0, mu_ahead=0)
def nadam(g, k, m, v, ahead, mu_ahead, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8,
          momentum_decay=4e-3):
    if k == 1:
        mu_ahead = beta1 * (1 - 0.5 * 0.96**momentum_decay)
        ahead = mu_ahead
    mu, product = mu_ahead, ahead
    mu_ahead = beta1 * (1 - 0.5 * 0.96 ** ((k + 1) * momentum_decay))
    ahead = product * mu_ahead
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.square(g)
    m_bar = (1 - mu) * g / (1 - product) + mu_ahead * m / (1 - ahead)
    whole = np.ones_like(g)
    return (lr * m_bar / (np.sqrt(v / (1 - beta2**k)) + eps), m, v, ahead * whole,
            mu_ahead * whole)
