"""Right: torch's newer style; everything is computed anew from x on the way back."""

import torch

from cgp_harness import autograd_function


def normalized(x):
    variance, mean = torch.var_mean(x, dim=1, correction=0, keepdim=True)
    rstd = torch.rsqrt(variance + 1e-5)
    return (x - mean) * rstd, rstd


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(x: "B n", gain: "n", bias: "n") -> "B n":
        return torch.addcmul(bias, normalized(x)[0], gain)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, gain, _ = inputs
        ctx.save_for_backward(x, gain)

    @staticmethod
    def backward(ctx, g):
        x, gain = ctx.saved_tensors
        x_hat, rstd = normalized(x)
        h = gain * g
        of_x = h - h.mean(1, keepdim=True) - x_hat * (x_hat * h).mean(1, keepdim=True)
        return rstd * of_x, (x_hat * g).sum(0), g.sum(0)
