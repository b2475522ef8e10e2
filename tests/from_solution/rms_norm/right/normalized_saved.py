"""Right: the normalized x is saved, as for layer normalization."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        rms = torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6)
        x_hat = x / rms
        ctx.save_for_backward(x_hat, rms, gain)
        return x_hat * gain

    @staticmethod
    def backward(ctx, g):
        x_hat, rms, gain = ctx.saved_tensors
        h = g * gain
        of_x = (h - x_hat * (h * x_hat).mean(-1, keepdim=True)) / rms
        return of_x, (g * x_hat).sum(0)
