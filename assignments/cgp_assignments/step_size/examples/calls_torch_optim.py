"""Adam is not written but called: torch.optim.Adam does the work. The other three are right."""

import torch

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v + eps) ** 0.5, v


@optimizer(name="adam")
class Adam(torch.optim.Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr=lr, betas=betas, eps=eps)
