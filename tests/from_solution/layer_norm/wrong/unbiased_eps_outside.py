import torch

from cgp_harness import autograd_function

EPS = 1e-5


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        std = x.std(dim=1, keepdim=True) + EPS
        x_hat = (x - x.mean(dim=1, keepdim=True)) / std
        ctx.save_for_backward(x_hat, std, gain)
        return gain * x_hat + bias

    @staticmethod
    def backward(ctx, g):
        x_hat, std, gain = ctx.saved_tensors
        h = g * gain
        mean_h = h.mean(dim=1, keepdim=True)
        mean_hx = (h * x_hat).mean(dim=1, keepdim=True)
        of_x = (h - mean_h - x_hat * mean_hx) / std
        return of_x, (g * x_hat).sum(dim=0), g.sum(dim=0)
