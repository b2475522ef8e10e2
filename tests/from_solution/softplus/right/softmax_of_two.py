"""Right: e^0 + e^x by the larger and the smaller exponent; the derivative is a softmax's part."""

import torch
from torch.autograd.function import once_differentiable

from cgp_harness import autograd_function


def beside_zero(x):
    return torch.stack([torch.zeros_like(x), x])


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @classmethod
    def forward(cls, ctx, x):
        ctx.save_for_backward(x)
        low, high = torch.sort(beside_zero(x), dim=0).values
        return high + torch.log1p(torch.exp(low - high))

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * torch.softmax(beside_zero(x), dim=0)[1]
