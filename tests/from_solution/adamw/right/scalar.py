"""Right: one number at a time."""

import math

from cgp_harness import optimizer


@optimizer(m=0.0, v=0.0)
def adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * math.pow(g, 2)
    adam = (m / (1 - beta1**k)) / (math.sqrt(v / (1 - beta2**k)) + eps)
    decay = weight_decay * p
    return lr * (adam + decay), m, v
