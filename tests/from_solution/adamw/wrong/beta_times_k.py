from cgp_harness import optimizer


@optimizer(m=0, v=0)
def adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 * k)
    v_hat = v / (1 - beta2**k)
    return lr * (m_hat / (v_hat**0.5 + eps) + weight_decay * p), m, v
