import torch

from cgp_harness import optimizer


@optimizer(m=0)
def lion(g, p, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    update = torch.sign(beta1 * m + (1 - beta1) * g)
    m = torch.lerp(m, g, 1 - beta2)
    return lr * (update - weight_decay * p), m
