"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    v = torch.lerp(v, g.square(), 1 - rho)
    delta = torch.rsqrt(v + eps).mul(torch.sqrt(u + eps)).mul(g)
    u = torch.lerp(u, delta.square(), 1 - rho)
    return delta * lr, v, u
