"""Right: torch's newer style; the root is computed anew on the way back."""

import torch

from cgp_harness import autograd_function


def inverse_rms(x):
    return (x.square().mean(dim=1, keepdim=True) + 1e-6) ** -0.5


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(x: "B n", gain: "n") -> "B n":
        return x * inverse_rms(x) * gain

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g):
        x, gain = ctx.saved_tensors
        r = inverse_rms(x)
        along = torch.mean(g * gain * x, dim=1, keepdim=True)
        return r * (g * gain - r**2 * along * x), torch.sum(g * x * r, dim=0)
