"""Right: loops over Python numbers."""

import math

import torch

from cgp_harness import autograd_function


def Phi(x):
    return math.erfc(-x / math.sqrt(2)) / 2


def phi(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        values = [one * Phi(one) for one in x.reshape(-1).tolist()]
        return torch.tensor(values, dtype=x.dtype).reshape(x.shape)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        slopes = [Phi(one) + one * phi(one) for one in x.reshape(-1).tolist()]
        return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape) * g
