import torch

from cgp_harness import autograd_function

EPS = 1e-5


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        centred = x - x.mean(dim=1, keepdim=True)
        variance = (centred**2).mean(dim=1, keepdim=True)
        rstd = 1 / torch.sqrt(variance + EPS)
        ctx.save_for_backward(centred, rstd, gain)
        return gain * centred * rstd + bias

    @staticmethod
    def backward(ctx, g):
        centred, rstd, gain = ctx.saved_tensors
        h = g * gain
        through_mean = -h.mean(dim=1, keepdim=True) * rstd
        through_variance = -centred * (h * centred).mean(dim=1, keepdim=True) * rstd**2
        of_x = h * rstd + through_mean + through_variance
        return of_x, (g * centred * rstd).sum(dim=0), g.sum(dim=0)
