"""Homework: GELU, as an extension of Autograd."""

import math

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    """x times the normal distribution function at x, in its exact form, for x of any shape.

        gelu(x)  = x Phi(x),               Phi(x) = (1 + erf(x / sqrt(2))) / 2
        gelu'(x) = Phi(x) + x phi(x),      phi(x) = e^(-x^2 / 2) / sqrt(2 pi)

    Finite for |x| up to 1000. Absolute errors count: far left, where Phi(x) is next to nothing, its
    last digits may be lost.
    """

    @staticmethod
    def forward(ctx, x):
        """x Phi(x)."""
        ctx.save_for_backward(x)
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))

    @staticmethod
    def backward(ctx, g):
        """g times the derivative."""
        (x,) = ctx.saved_tensors
        cdf = 0.5 * (1 + torch.erf(x / math.sqrt(2)))
        pdf = torch.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
        return g * (cdf + x * pdf)
