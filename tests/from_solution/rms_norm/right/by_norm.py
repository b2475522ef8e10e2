"""Right: sqrt(n) x over the norm of the row with a further number sqrt(n eps) in it."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        n = x.shape[1]
        further = torch.full_like(x[:, :1], (n * 1e-6) ** 0.5)
        norm = torch.linalg.vector_norm(torch.cat([x, further], dim=1), dim=1, keepdim=True)
        unit = x / norm
        ctx.save_for_backward(unit, norm, gain)
        return gain * unit * n**0.5

    @staticmethod
    def backward(ctx, g):
        unit, norm, gain = ctx.saved_tensors
        root_n = unit.shape[1] ** 0.5
        h = g * gain
        of_x = (h - unit * (h * unit).sum(dim=1, keepdim=True)) * root_n / norm
        return of_x, (g * unit * root_n).sum(dim=0)
