import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, k, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    m = beta1 * m + (1 - beta1) * g
    m_hat = m / (1 - beta1**k)
    step = lr * m_hat / (np.sqrt(v) + eps)
    v = v - (1 - beta2) * np.sign(v - g**2) * g**2
    return step, m, v
