"""Homework: layer normalization, as an extension of Autograd."""

import torch

from cgp_harness import autograd_function

EPS = 1e-5


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    """Each row brought to mean 0 and variance 1, then scaled by gain and moved by bias.

        x_hat = (x - mean) / sqrt(var + 1e-5)          mean and var of the row, var over n
        y     = gain x_hat + bias

    The variance divides by n, not by n - 1; the constant is added under the root.
    """

    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        """gain * x_hat + bias."""
        centred = x - x.mean(dim=1, keepdim=True)
        variance = (centred**2).mean(dim=1, keepdim=True)
        rstd = 1 / torch.sqrt(variance + EPS)
        x_hat = centred * rstd
        ctx.save_for_backward(x_hat, rstd, gain)
        return gain * x_hat + bias

    @staticmethod
    def backward(ctx, g):
        """The gradients for x, gain and bias. Mean and variance depend on x as well."""
        x_hat, rstd, gain = ctx.saved_tensors
        h = g * gain
        mean_h = h.mean(dim=1, keepdim=True)
        mean_hx = (h * x_hat).mean(dim=1, keepdim=True)
        of_x = rstd * (h - mean_h - x_hat * mean_hx)
        return of_x, (g * x_hat).sum(dim=0), g.sum(dim=0)
