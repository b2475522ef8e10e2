"""Right: x / 2 plus an even function, computed from |x|."""

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        size = x.abs()
        return (x + size * torch.erf(size / 2**0.5)) / 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        size = x.abs()
        odd = torch.erf(size / 2**0.5) / 2 + size * torch.exp(-size**2 / 2) / (2 * torch.pi) ** 0.5
        return g * (0.5 + torch.sign(x) * odd)
