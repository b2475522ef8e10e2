"""No decorator: classes made by a function, given to the harness by the hooks under their names."""

import torch

from cgp_harness import hookimpl


def surrogate(value, slope):
    """A Function with this value, and `g * slope(x)` on the way back."""

    class Surrogate(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return value(x)

        @staticmethod
        def backward(ctx, g):
            x, = ctx.saved_tensors
            return g * slope(x)

    return Surrogate


def stable_log_one_plus_exp(x):
    return -torch.minimum(-x, torch.zeros_like(x)) + torch.exp(-x.abs()).log1p()


@hookimpl
def cgp_autograd_functions():
    return {
        "softplus": surrogate(stable_log_one_plus_exp, torch.special.expit),
        "sign_ste": surrogate(
            lambda x: (x >= 0).to(x.dtype).mul(2).sub(1),
            lambda x: ((x > -1) & (x < 1)).to(x.dtype)),
    }


def logistic(x):
    from numpy import exp, where

    small = exp(-abs(x))
    y = where(x < 0, small, 1.0) / (1 + small)
    return y, y * (1 - y)


@hookimpl
def cgp_activations():
    return {"mine": logistic}
