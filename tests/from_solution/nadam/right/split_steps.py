"""Right: two steps added, one along the gradient and one along the average; folded corrections."""

from cgp_harness import optimizer


@optimizer(m=0, v=0, product=1)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    faded = 0.96 ** (k * momentum_decay)
    mu = beta1 - beta1 * faded / 2
    mu_next = beta1 - beta1 * faded * 0.96**momentum_decay / 2
    product = mu * product
    m = m + (1 - beta1) * (g - m)
    v = beta2 * v + (1 - beta2) * g * g
    root = (1 - beta2**k) ** 0.5
    rate = lr * root / (v**0.5 + eps * root)
    along_gradient = rate * (1 - mu) / (1 - product) * g
    along_average = rate * mu_next / (1 - mu_next * product) * m
    return along_gradient + along_average, m, v, product
