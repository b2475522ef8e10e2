"""Homework: RMS normalization, as an extension of Autograd."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    """Each row divided by the root of its mean square, then scaled by gain.

        y = gain x / sqrt(mean of the row's x^2 + 1e-6)

    Nothing is subtracted, and there is no bias; the constant is added under the root.
    """

    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        """gain * x / rms."""
        inverse = torch.rsqrt(x.pow(2).mean(dim=1, keepdim=True) + 1e-6)
        ctx.save_for_backward(x, inverse, gain)
        return gain * x * inverse

    @staticmethod
    def backward(ctx, g):
        """The gradients for x and gain. The root depends on x as well."""
        x, inverse, gain = ctx.saved_tensors
        h = g * gain
        through_root = x * inverse**3 * (h * x).mean(dim=1, keepdim=True)
        of_x = h * inverse - through_root
        of_gain = (g * x * inverse).sum(dim=0)
        return of_x, of_gain
