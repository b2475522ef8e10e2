"""Right, torch's conventions: written for tensors, with torch's own functions."""

import torch

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = torch.add(g, v, alpha=mu)
    return torch.mul(v, lr), v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = torch.addcmul(s, g, g)
    return lr * torch.div(g, torch.sqrt(s) + eps), s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = torch.lerp(v, torch.square(g), 1 - rho)
    return lr * torch.div(g, v.sqrt().add(eps)), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m.mul(beta1).add(g, alpha=1 - beta1)
    v = v.mul(beta2).addcmul(g, g, value=1 - beta2)
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (torch.sqrt(v_hat) + eps), m, v
