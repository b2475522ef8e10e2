"""Right: a loop over the rows."""

import torch

from cgp_harness import autograd_function


def root(row):
    return torch.sqrt(torch.dot(row, row) / len(row) + 1e-6)


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        ctx.save_for_backward(x, gain)
        y = torch.zeros_like(x)
        for i in range(x.shape[0]):
            y[i] = gain * x[i] / root(x[i])
        return y

    @staticmethod
    def backward(ctx, g):
        x, gain = ctx.saved_tensors
        of_x, of_gain = torch.zeros_like(x), torch.zeros_like(gain)
        for i in range(x.shape[0]):
            r, h = root(x[i]), g[i] * gain
            of_x[i] = h / r - x[i] * torch.dot(h, x[i]) / (len(h) * r**3)
            of_gain += g[i] * x[i] / r
        return of_x, of_gain
