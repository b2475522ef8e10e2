"""Right: with the complement of the error function, which keeps its digits far left."""

import torch

from cgp_harness import autograd_function

ROOT_HALF = 0.5**0.5
PEAK = 0.3989422804014327       # 1 / sqrt(2 pi)


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.erfc(-x * ROOT_HALF) / 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        slope = torch.erfc(-x * ROOT_HALF) / 2 + PEAK * x * torch.exp(-x * x / 2)
        return slope * g
