"""torch's newer style: forward without ctx, and setup_context beside it."""

import torch

from cgp_harness import autograd_function


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
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0].sigmoid()


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
        x_needs, W_needs, b_needs = ctx.needs_input_grad
        return (
            g.mm(W) if x_needs else None,
            g.t().mm(x) if W_needs else None,
            g.sum(dim=0) if b_needs else None,
        )


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return 2 * (x >= 0).to(x.dtype) - 1

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, = inputs
        ctx.save_for_backward(torch.logical_and(x > -1, x < 1))

    @staticmethod
    def backward(ctx, g):
        inside, = ctx.saved_tensors
        return torch.where(inside, g, torch.zeros_like(g))
