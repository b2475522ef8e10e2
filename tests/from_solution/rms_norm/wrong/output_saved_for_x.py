import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        rms = torch.sqrt(x.pow(2).mean(dim=1, keepdim=True) + 1e-6)
        y = gain * x / rms
        ctx.save_for_backward(y, rms, gain)
        return y

    @staticmethod
    def backward(ctx, g):
        x_hat, rms, gain = ctx.saved_tensors
        h = g * gain
        of_x = (h - x_hat * (h * x_hat).mean(dim=1, keepdim=True)) / rms
        return of_x, (g * x_hat).sum(dim=0)
