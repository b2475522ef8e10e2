"""All five, right, in the newer style: forward without ctx, setup_context beside it."""

import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.floor(x).double()

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, = inputs
        ctx.save_for_backward(x, output)

    @staticmethod
    def backward(ctx, g):
        x, q = ctx.saved_tensors
        return g + (x - q)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, g):
        y, = ctx.saved_tensors
        return -g * torch.expm1(-y)  # e^x / (1 + e^x) is 1 - e^-y


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(x, W, b):
        return torch.addmm(b, x, W.t())

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, W, _ = inputs
        ctx.save_for_backward(x, W)

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        return (
            g.mm(W) if ctx.needs_input_grad[0] else None,
            g.t().mm(x) if ctx.needs_input_grad[1] else None,
            g.sum(dim=0) if ctx.needs_input_grad[2] else None,
        )


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return 2 * (x >= 0).to(x.dtype) - 1

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, = inputs
        ctx.save_for_backward(x.abs() < 1)

    @staticmethod
    def backward(ctx, g):
        inside, = ctx.saved_tensors
        return torch.where(inside, g, torch.zeros_like(g))


@activation("mine")
def softsign(x):
    below = 1 + abs(x)
    return x / below, 1 / below**2
