"""Homework: softplus, as an extension of Autograd."""

import torch

from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    """softplus(x) = log(1 + e^x), number by number, for x of any shape.

    Finite and accurate to the last digits but a few for |x| up to 1000, and so is its gradient.
    """

    @staticmethod
    def forward(ctx, x):
        """log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)."""
        ctx.save_for_backward(x)
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, g):
        """g times the derivative, 1 / (1 + e^-x)."""
        (x,) = ctx.saved_tensors
        return g * torch.sigmoid(x)
