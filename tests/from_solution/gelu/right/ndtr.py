"""Right: torch has the distribution function ready."""

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        cdf = torch.special.ndtr(x)
        ctx.save_for_backward(x, cdf)
        return x * cdf

    @staticmethod
    def backward(ctx, g):
        x, cdf = ctx.saved_tensors
        pdf = torch.exp(-x.square() / 2) / (2 * torch.pi) ** 0.5
        return g * cdf + g * x * pdf
