"""The lecture's style: forward with ctx, what backward needs saved, backward by the formula."""

import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        quantized = x.to(torch.uint8).double()
        ctx.save_for_backward(x - quantized)
        return quantized

    @staticmethod
    def backward(ctx, g):
        error, = ctx.saved_tensors
        return g + error


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * torch.sigmoid(x)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W.T + b

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        of_x = of_W = of_b = None
        if ctx.needs_input_grad[0]:
            of_x = g @ W
        if ctx.needs_input_grad[1]:
            of_W = g.T @ x
        if ctx.needs_input_grad[2]:
            of_b = g.sum(0)
        return of_x, of_W, of_b


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * (x.abs() < 1)


@activation("mine")
def softsign(x):
    return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2
