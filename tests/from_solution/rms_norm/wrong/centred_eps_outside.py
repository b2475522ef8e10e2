import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        x = x - x.mean(dim=1, keepdim=True)
        inverse = 1 / (x.pow(2).mean(dim=1, keepdim=True).sqrt() + 1e-6)
        ctx.save_for_backward(x, inverse, gain)
        return gain * x * inverse

    @staticmethod
    def backward(ctx, g):
        x, inverse, gain = ctx.saved_tensors
        h = g * gain
        through_root = x * inverse**3 * (h * x).mean(dim=1, keepdim=True)
        of_x = h * inverse - through_root
        of_gain = (g * x * inverse).sum(dim=0)
        return of_x, of_gain
