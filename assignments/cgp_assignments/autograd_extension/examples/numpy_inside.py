"""All five, right, with numpy doing the arithmetic."""

import numpy as np
import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(np.floor(x.detach().numpy()), dtype=torch.float64)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g + torch.as_tensor(np.mod(x.numpy(), 1))


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(np.logaddexp(0, x.detach().numpy()), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        slope = np.exp(-np.logaddexp(0, -x.numpy()))
        return torch.as_tensor(g.numpy() * slope, dtype=g.dtype)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        x, W, b = (one.detach().numpy() for one in (x, W, b))
        return torch.from_numpy(np.einsum("bn,mn->bm", x, W) + b)

    @staticmethod
    def backward(ctx, g):
        x, W = (one.numpy() for one in ctx.saved_tensors)
        g = g.numpy()
        gradients = [None, None, None]
        if ctx.needs_input_grad[0]:
            gradients[0] = torch.from_numpy(np.einsum("bm,mn->bn", g, W))
        if ctx.needs_input_grad[1]:
            gradients[1] = torch.from_numpy(np.einsum("bm,bn->mn", g, x))
        if ctx.needs_input_grad[2]:
            gradients[2] = torch.from_numpy(g.sum(axis=0))
        return tuple(gradients)


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(np.where(x.detach().numpy() >= 0, 1, -1), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return torch.tensor(np.where(np.abs(x.numpy()) < 1, g.numpy(), 0), dtype=g.dtype)


@activation("mine")
def mine(x):
    return np.arctan(x), 1 / (1 + x**2)
