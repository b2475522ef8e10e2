import torch

from cgp_harness import autograd_function

EPS = 1e-5


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        mean = x.mean(dim=1, keepdim=True)
        var = x.var(dim=1, keepdim=True)
        rstd = 1 / torch.sqrt(var + EPS)
        x_hat = (x - mean) * rstd
        ctx.save_for_backward(x_hat, rstd, gain)
        return gain * x_hat + bias

    @staticmethod
    def backward(ctx, g):
        x_hat, rstd, gain = ctx.saved_tensors
        h = g * gain
        of_x = rstd * (h - h.mean(dim=1, keepdim=True)
                       - x_hat * (h * x_hat).mean(dim=1, keepdim=True))
        return of_x, (g * x_hat).sum(dim=0), g.sum(dim=0)
