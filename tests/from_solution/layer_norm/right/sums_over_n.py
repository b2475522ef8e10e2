"""Right: multiplied by n, with sums in the place of means."""

import torch

from cgp_harness import autograd_function


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        mean = x.mean(dim=1)[:, None]
        std = (((x - mean) ** 2).mean(dim=1) + 1e-5).sqrt()[:, None]
        ctx.save_for_backward(x, mean, std, gain)
        return (x - mean) / std * gain + bias

    @staticmethod
    def backward(ctx, g):
        x, mean, std, gain = ctx.saved_tensors
        n = x.shape[1]
        x_hat = (x - mean) / std
        h = g * gain
        of_x = (n * h - h.sum(1)[:, None] - x_hat * (h * x_hat).sum(1)[:, None]) / (n * std)
        return of_x, (g * x_hat).sum(0), g.sum(0)
