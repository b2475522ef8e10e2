"""Right: distribution and density as methods; the product rule written out."""

import torch

from cgp_harness import autograd_function


class Normal:
    @staticmethod
    def below(x):
        return 0.5 + 0.5 * torch.erf(x * 2**-0.5)

    @staticmethod
    def density(x):
        return torch.exp(-(x**2) / 2) * (2 * torch.pi) ** -0.5


@autograd_function("gelu")
class GELU(Normal, torch.autograd.Function):
    @classmethod
    def forward(cls, ctx, x):
        ctx.save_for_backward(x)
        return cls.below(x) * x

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        first = Normal.below(x)              # derivative of x, times Phi
        second = x * Normal.density(x)       # x times derivative of Phi
        return (first + second) * g
