import math

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        cdf = 0.5 * (1 + torch.erf(x / math.sqrt(2)))
        ctx.save_for_backward(cdf)
        return x * cdf

    @staticmethod
    def backward(ctx, g):
        (cdf,) = ctx.saved_tensors
        return g * cdf
