"""Right: every sum is an einsum."""

import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        n = x.shape[1]
        r = torch.rsqrt(torch.einsum("bn,bn->b", x, x) / n + 1e-6)
        ctx.save_for_backward(x, r, gain)
        return torch.einsum("bn,b,n->bn", x, r, gain)

    @staticmethod
    def backward(ctx, g):
        x, r, gain = ctx.saved_tensors
        n = x.shape[1]
        along = torch.einsum("bn,n,bn->b", g, gain, x) * r**3 / n
        of_x = torch.einsum("bn,n,b->bn", g, gain, r) - torch.einsum("b,bn->bn", along, x)
        return of_x, torch.einsum("bn,bn,b->n", g, x, r)
