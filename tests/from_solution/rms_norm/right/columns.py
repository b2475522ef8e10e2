"""Right: on the transposed input, each column a sample."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain):
        columns = x.T
        rms = (columns.square().mean(0) + 1e-6).sqrt()
        ctx.save_for_backward(columns / rms, rms, gain)
        return (columns / rms).T * gain

    @staticmethod
    def backward(ctx, g):
        x_hat, rms, gain = ctx.saved_tensors
        h = (g * gain).T
        of_x = (h - x_hat * torch.mean(x_hat * h, dim=0)) / rms
        return of_x.T, torch.sum(g.T * x_hat, dim=1)
