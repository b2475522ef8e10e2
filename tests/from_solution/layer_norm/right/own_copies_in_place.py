"""Right: in place, on tensors of its own; nothing is computed that is not needed."""

import torch

from cgp_harness import autograd_function


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        x_hat = x.sub(x.mean(dim=-1, keepdim=True))
        rstd = x_hat.square().mean(dim=-1, keepdim=True).add_(1e-5).rsqrt_()
        x_hat.mul_(rstd)
        ctx.save_for_backward(x_hat, rstd, gain)
        return x_hat.mul(gain).add_(bias)

    @staticmethod
    def backward(ctx, g):
        x_hat, rstd, gain = ctx.saved_tensors
        of_x = of_gain = of_bias = None
        if ctx.needs_input_grad[0]:
            of_x = g.mul(gain)
            along = of_x.mul(x_hat).mean(dim=-1, keepdim=True)
            of_x.sub_(of_x.mean(dim=-1, keepdim=True)).sub_(x_hat.mul(along)).mul_(rstd)
        if ctx.needs_input_grad[1]:
            of_gain = g.mul(x_hat).sum(dim=0)
        if ctx.needs_input_grad[2]:
            of_bias = g.sum(dim=0)
        return of_x, of_gain, of_bias
