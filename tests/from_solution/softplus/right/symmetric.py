"""Right: x / 2 + log(2 cosh(x / 2)), with the cosine written out so that it cannot overflow."""

import torch

from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        half = x / 2
        size = half.abs()
        return (half + size) + torch.log1p(torch.exp(-2 * size))

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g / (1 + (-x).exp())
