"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(m=0, v=0)
def adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    m = torch.lerp(m, g, 1 - beta1)
    v = v.mul(beta2).addcmul(g, g, value=1 - beta2)
    below = torch.sqrt(v / (1 - beta2**k)).add(eps).mul(1 - beta1**k)
    return torch.addcdiv(weight_decay * p, m, below).mul(lr), m, v
