import torch

from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e = torch.exp(-x.abs())
        ctx.save_for_backward(e)
        return x.clamp(min=0) + torch.log1p(e)

    @staticmethod
    def backward(ctx, g):
        (e,) = ctx.saved_tensors
        return g / (1 + e)
