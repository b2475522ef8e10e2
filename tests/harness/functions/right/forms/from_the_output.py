"""The derivative is had from the output, which is saved; gradients that need nothing say None."""

import torch
from torch.autograd.function import once_differentiable

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        q = x.to(torch.int64).to(torch.float64)
        ctx.save_for_backward(x, q)
        return q

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        if not ctx.needs_input_grad[0]:
            return None
        x, q = ctx.saved_tensors
        return x - q + g


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.where(x > 0, x, 0) + torch.log1p(torch.exp(-torch.abs(x)))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        y, = ctx.saved_tensors          # e^x / (1 + e^x) = 1 - e^(-y)
        return -g * torch.expm1(-y)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x.matmul(W.transpose(0, 1)).add(b)

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        need_x, need_W, need_b = ctx.needs_input_grad
        return (
            torch.matmul(g, W) if need_x else None,
            torch.matmul(x.transpose(0, 1), g).transpose(0, 1) if need_W else None,
            torch.ones(1, len(g), dtype=g.dtype).matmul(g).reshape(-1) if need_b else None,
        )


@activation("mine")
def mine(x):
    from numpy import tanh

    y = 1.7159 * tanh(2 / 3 * x)
    return y, 2 / 3 * (1.7159 - y * y / 1.7159)
