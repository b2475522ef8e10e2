"""Right: both corrections folded into the rate, eps scaled along, as in Adam's paper."""

from cgp_harness import optimizer


@optimizer(m=0, v=0)
def adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    root = (1 - beta2**k) ** 0.5
    rate = root / (1 - beta1**k)
    return lr * rate * m / (v**0.5 + eps * root) + lr * weight_decay * p, m, v
