"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(m=0, u=0)
def adamax(g, k, m, u, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = torch.lerp(m, g, 1 - beta1)
    u = torch.maximum(u.mul(beta2), g.abs().add(eps))
    return m.div(u).mul(lr / (1 - beta1**k)), m, u
