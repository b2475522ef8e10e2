"""Right: in place, on tensors of its own."""

import math

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        y = x.div(math.sqrt(2)).erf_()
        return y.add_(1).mul_(x).mul_(0.5)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        bell = x.square().mul_(-0.5).exp_().div_(math.sqrt(2 * math.pi)).mul_(x)
        slope = x.div(math.sqrt(2)).erf_().add_(1).div_(2).add_(bell)
        return slope.mul_(g)
