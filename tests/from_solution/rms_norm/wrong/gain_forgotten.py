import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        rms = torch.sqrt(x.pow(2).mean(dim=1, keepdim=True) + 1e-6)
        x_hat = x / rms
        ctx.save_for_backward(x_hat, rms)
        return gain * x_hat

    @staticmethod
    def backward(ctx, g):
        x_hat, rms = ctx.saved_tensors
        of_x = (g - x_hat * (g * x_hat).mean(dim=1, keepdim=True)) / rms
        return of_x, (g * x_hat).sum(dim=0)
