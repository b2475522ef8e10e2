"""The arithmetic is numpy's; torch only carries the numbers in and out."""

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
        fraction = np.mod(x.numpy(), 1.0)
        return g + torch.as_tensor(fraction)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.as_tensor(np.logaddexp(0, x.detach().numpy()), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        x = ctx.saved_tensors[0].numpy()
        slope = np.exp(-np.logaddexp(0, -x))
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
        found = [
            lambda: np.einsum("bm,mn->bn", g, W), lambda: np.einsum("bm,bn->mn", g, x),
            lambda: g.sum(axis=0),
        ]
        return tuple(
            torch.from_numpy(compute()) if needed else None
            for compute, needed in zip(found, ctx.needs_input_grad, strict=True)
        )


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(np.where(x.detach().numpy() >= 0, 1.0, -1.0), dtype=x.dtype)

    @staticmethod
    def backward(ctx, g):
        x = ctx.saved_tensors[0].numpy()
        return torch.tensor(np.where(np.abs(x) < 1, g.numpy(), 0.0), dtype=g.dtype)


@activation("mine")
def mine(x):
    return np.arctan(x), 1 / (1 + np.square(x))
