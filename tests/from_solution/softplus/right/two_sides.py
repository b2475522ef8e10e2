"""Right: one formula for each side of 0, in both directions."""

import torch

from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x > 0, x + torch.log1p(torch.exp(-x)), torch.log1p(torch.exp(x)))

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        up = torch.exp(x)
        slope = torch.where(x > 0, 1 / (1 + torch.exp(-x)), up / (1 + up))
        return g * slope
