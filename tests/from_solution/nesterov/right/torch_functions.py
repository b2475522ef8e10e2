"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v = torch.add(g, v, alpha=mu)
    return torch.add(g, v, alpha=mu).mul(lr), v
