"""Homework: NAdam."""

from cgp_harness import optimizer


@optimizer(m=0, v=0, product=1)
def nadam(g, k, m, v, product, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    """Adam with Nesterov's momentum (Dozat, 2016), in the form of torch.optim.NAdam.

        mu_k     = beta1 (1 - 0.96^(k momentum_decay) / 2)
        product <- product mu_k                              (mu_1 mu_2 ... mu_k, from 1)
        m       <- beta1 m + (1 - beta1) g
        v       <- beta2 v + (1 - beta2) g^2
        m_bar    = (1 - mu_k) g / (1 - product) + mu_(k+1) m / (1 - product mu_(k+1))
        step     = lr m_bar / (sqrt(v / (1 - beta2^k)) + eps)

    eps is added to the root. Return step, m, v, product.
    """
    mu = beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((k + 1) * momentum_decay))
    product = product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = (1 - mu) * g / (1 - product) + mu_next * m / (1 - product * mu_next)
    v_hat = v / (1 - beta2**k)
    return lr * m_bar / (v_hat**0.5 + eps), m, v, product
