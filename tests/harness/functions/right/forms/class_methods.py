"""Class methods in the place of static ones: torch calls either."""

import torch

from cgp_harness import autograd_function


class WithSlope(torch.autograd.Function):
    @classmethod
    def backward(cls, ctx, g):
        x, = ctx.saved_tensors
        return g * cls.slope(x)


@autograd_function("softplus")
class Softplus(WithSlope):
    slope = staticmethod(torch.sigmoid)

    @classmethod
    def forward(cls, ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))


@autograd_function("sign_ste")
class SignSTE(WithSlope):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype) * 2 - 1

    @classmethod
    def slope(cls, x):
        return x.abs() < 1
