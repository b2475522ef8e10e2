"""Right: a class made by a function, given by the hook."""

import torch

from cgp_harness import hookimpl


def product_with_x(factor, derivative):
    """x factor(x), by the product rule."""

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * factor(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * (factor(x) + x * derivative(x))

    return Product


@hookimpl
def cgp_autograd_functions():
    return {"gelu": product_with_x(
        torch.special.ndtr, lambda x: torch.exp(-x * x / 2) / (2 * torch.pi) ** 0.5)}
