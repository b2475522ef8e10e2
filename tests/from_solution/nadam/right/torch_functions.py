"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(m=0, v=0, product=1)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in (k, k + 1))
    product = product.mul(mu)
    m = torch.lerp(m, g, 1 - beta1)
    v = torch.lerp(v, torch.square(g), 1 - beta2)
    m_bar = torch.div((1 - mu) * g, 1 - product)
    m_bar = torch.addcdiv(m_bar, m, 1 - product * mu_next, value=mu_next)
    return m_bar.mul(lr).div(torch.sqrt(v / (1 - beta2**k)).add(eps)), m, v, product
