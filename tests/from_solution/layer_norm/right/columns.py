"""Right: on the transposed input, each column a sample."""

import torch

from cgp_harness import autograd_function


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain, bias):
        columns = x.t()
        centred = columns - columns.mean(0)
        std = torch.sqrt(centred.square().mean(0) + 1e-5)
        x_hat = centred / std
        ctx.save_for_backward(x_hat, std, gain)
        return (x_hat * gain[:, None] + bias[:, None]).t()

    @staticmethod
    def backward(ctx, g):
        x_hat, std, gain = ctx.saved_tensors
        g = g.t()
        h = g * gain[:, None]
        of_x = (h - h.mean(0) - x_hat * torch.mean(h * x_hat, 0)) / std
        return of_x.t(), (g * x_hat).sum(1), g.sum(1)
