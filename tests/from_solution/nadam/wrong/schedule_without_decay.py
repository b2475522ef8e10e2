from cgp_harness import optimizer


@optimizer(m=0, v=0, product=1)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    mu = beta1 * (1 - 0.5 * 0.96**k)
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (k + 1))
    product = product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = (1 - mu) * g / (1 - product) + mu_next * m / (1 - product * mu_next)
    v_hat = v / (1 - beta2**k)
    return lr * m_bar / (v_hat**0.5 + eps), m, v, product
