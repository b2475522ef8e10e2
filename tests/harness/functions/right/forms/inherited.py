"""A base class keeps what the elementwise Functions share; the slope is a method of its own."""

import torch

from cgp_harness import autograd_function


class Elementwise(torch.autograd.Function):
    @staticmethod
    def backward(ctx, g):
        slope, = ctx.saved_tensors
        return g * slope


@autograd_function("softplus")
class Softplus(Elementwise):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(Softplus.slope(x))
        return torch.maximum(x, torch.zeros_like(x)) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def slope(x):
        return 1 / (1 + torch.exp(-x))


@autograd_function("sign_ste")
class SignSTE(Elementwise):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(SignSTE.slope(x))
        return torch.copysign(torch.ones_like(x), x + 0.0)

    @staticmethod
    def slope(x):
        return torch.heaviside(1 - x.abs(), torch.zeros((), dtype=x.dtype))


class WithError(torch.autograd.Function):
    cut = staticmethod(torch.floor)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g + (x - ctx.cut(x))


@autograd_function("quantize")
class Quantize(WithError):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.cut = WithError.cut
        return WithError.cut(x.double())
