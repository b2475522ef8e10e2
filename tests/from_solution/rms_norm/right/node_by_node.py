"""Right: backward goes back through every step of forward, one line for each."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain):
        squares = x**2
        mean = squares.mean(dim=1, keepdim=True)
        root = torch.sqrt(mean + 1e-6)
        quotient = x / root
        ctx.save_for_backward(x, root, quotient, gain)
        return gain * quotient

    @staticmethod
    def backward(ctx, d_out):
        x, root, quotient, gain = ctx.saved_tensors
        d_gain = (d_out * quotient).sum(dim=0)
        d_quotient = d_out * gain
        d_root = -(d_quotient * x / root**2).sum(dim=1, keepdim=True)
        d_mean = d_root / (2 * root)
        d_squares = d_mean / x.shape[1]
        d_x = d_quotient / root + d_squares * 2 * x
        return d_x, d_gain
