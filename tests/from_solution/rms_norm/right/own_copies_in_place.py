"""Right: in place, on tensors of its own; nothing is computed that is not needed."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        r = x.square().mean(dim=-1, keepdim=True).add_(1e-6).rsqrt_()
        ctx.save_for_backward(x, r, gain)
        return x.mul(r).mul_(gain)

    @staticmethod
    def backward(ctx, g):
        x, r, gain = ctx.saved_tensors
        of_x = of_gain = None
        if ctx.needs_input_grad[0]:
            of_x = g.mul(gain)
            along = of_x.mul(x).mean(dim=-1, keepdim=True).mul_(r).mul_(r)
            of_x.sub_(along.mul(x)).mul_(r)
        if ctx.needs_input_grad[1]:
            of_gain = g.mul(x).mul_(r).sum(dim=0)
        return of_x, of_gain
