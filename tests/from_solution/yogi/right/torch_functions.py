"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(m=0, v=1e-6)
def yogi(g, m, v, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    m = torch.add(beta1 * m, g, alpha=1 - beta1)
    square = torch.square(g)
    v = v - torch.sign(v - square) * ((1 - beta2) * square)
    return torch.div(lr * m, torch.sqrt(v).add(eps)), m, v
