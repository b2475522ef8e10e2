"""Right: one number at a time, with Python's own max."""

from cgp_harness import optimizer


@optimizer(m=0.0, norm=0.0)
def adamax(g, k, m, norm, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    norm = max(beta2 * norm, abs(g) + eps)
    m_hat = m / (1 - beta1**k)
    return lr * m_hat / norm, m, norm
