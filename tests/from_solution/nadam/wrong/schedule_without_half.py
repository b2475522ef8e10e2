from cgp_harness import optimizer


@optimizer(m=0, v=0, product=1)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    def mu_at(i):
        return beta1 * (1 - 0.96 ** (i * momentum_decay))

    mu, mu_next = mu_at(k), mu_at(k + 1)
    product = product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = (1 - mu) * g / (1 - product) + mu_next * m / (1 - product * mu_next)
    return lr * m_bar / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v, product
