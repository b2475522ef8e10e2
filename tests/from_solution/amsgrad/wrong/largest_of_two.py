import numpy as np

from cgp_harness import optimizer


@optimizer(m=0, v=0)
def amsgrad(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    top = np.maximum(v, v_new)
    m_hat = m / (1 - beta1**k)
    top_hat = top / (1 - beta2**k)
    return lr * m_hat / (np.sqrt(top_hat) + eps), m, v_new
