"""Right: a class made by a function, given by the hook."""

import torch

from cgp_harness import hookimpl


def elementwise(value, slope):
    class Made(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return value(x)

        @staticmethod
        def backward(ctx, g):
            return g * slope(*ctx.saved_tensors)

    return Made


@hookimpl
def cgp_autograd_functions():
    return {"softplus": elementwise(
        lambda x: torch.log1p(torch.exp(-abs(x))) + (x + abs(x)) / 2, torch.sigmoid)}
