"""Right: the powers of the betas are kept as state, no step number is needed."""

from cgp_harness import optimizer


@optimizer(m=0, v=0, power1=1, power2=1)
def adamw(g, p, m, v, power1, power2, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8,
          weight_decay=1e-2):
    power1, power2 = power1 * beta1, power2 * beta2
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - power1), v / (1 - power2)
    step = lr * m_hat / (v_hat**0.5 + eps)
    step = step + lr * weight_decay * p
    return step, m, v, power1, power2
