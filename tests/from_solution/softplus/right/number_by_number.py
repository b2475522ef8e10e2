"""Right: loops over Python numbers."""

import math

import torch

from cgp_harness import autograd_function


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def sigmoid(x):
    e = math.exp(-abs(x))
    return 1 / (1 + e) if x >= 0 else e / (1 + e)


def each(function, x):
    return torch.tensor([function(one) for one in x.flatten().tolist()], dtype=x.dtype).view(x.shape)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return each(softplus, x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * each(sigmoid, x)
