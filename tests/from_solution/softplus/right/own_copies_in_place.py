"""Right: in place, on tensors of its own."""

import torch

from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.abs().neg_().exp_().log1p_()
        y.add_(x.clamp(min=0))
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        small = x.abs().neg_().exp_()
        slope = torch.ones_like(x)
        slope[x < 0] = small[x < 0]
        slope.div_(small.add_(1))
        return slope.mul_(g)
