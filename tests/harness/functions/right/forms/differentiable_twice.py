"""Backward is made of operations that Autograd can differentiate again."""

import torch

from cgp_harness import activation, autograd_function


class Logistic(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.sigmoid(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        y, = ctx.saved_tensors
        return g * y * (1 - y)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp_min(0) + x.abs().neg().exp().log1p()

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * Logistic.apply(x)


class ProductGradient(torch.autograd.Function):
    """a^T b, for two tensors of rows."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a.T @ b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return b @ g.T, a @ g


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return torch.einsum("bi,oi->bo", x, W) + b.unsqueeze(0)

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        answers = [None, None, None]
        if ctx.needs_input_grad[0]:
            answers[0] = torch.einsum("bo,oi->bi", g, W)
        if ctx.needs_input_grad[1]:
            answers[1] = ProductGradient.apply(g, x)
        if ctx.needs_input_grad[2]:
            answers[2] = torch.einsum("bo->o", g)
        return tuple(answers)


@activation("mine")
def swish(x):
    import numpy as np

    s = np.exp(-np.logaddexp(0, -x))
    return x * s, s * (1 + x * (1 - s))
