"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(m=0)
def lion(g, p, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    direction = torch.sign(beta1 * m + (1 - beta1) * g)
    step = torch.add(direction, p, alpha=weight_decay).mul(lr)
    return step, torch.add(beta2 * m, g, alpha=1 - beta2)
