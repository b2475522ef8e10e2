import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        rms = torch.sqrt(x.pow(2).mean(dim=1, keepdim=True) + 1e-6)
        ctx.save_for_backward(x, rms, gain)
        return gain * x / rms

    @staticmethod
    def backward(ctx, g):
        x, rms, gain = ctx.saved_tensors
        return g * gain / rms, (g * x / rms).mean(dim=0)
