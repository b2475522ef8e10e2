"""Right: every sum is an einsum."""

import torch

from cgp_harness import autograd_function


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n") -> "B n":
        n = x.shape[1]
        centred = x - torch.einsum("bn->b", x).unsqueeze(1) / n
        variance = torch.einsum("bn,bn->b", centred, centred) / n
        rstd = torch.rsqrt(variance + 1e-5)
        x_hat = torch.einsum("bn,b->bn", centred, rstd)
        ctx.save_for_backward(x_hat, rstd, gain)
        return torch.einsum("bn,n->bn", x_hat, gain) + bias

    @staticmethod
    def backward(ctx, g):
        x_hat, rstd, gain = ctx.saved_tensors
        n = g.shape[1]
        along_ones = torch.einsum("bn,n->b", g, gain) / n
        along_x_hat = torch.einsum("bn,n,bn->b", g, gain, x_hat) / n
        rest = g * gain - along_ones[:, None] - torch.einsum("b,bn->bn", along_x_hat, x_hat)
        return (torch.einsum("b,bn->bn", rstd, rest), torch.einsum("bn,bn->n", g, x_hat),
                torch.einsum("bn->n", g))
