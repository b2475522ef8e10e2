"""Everything made flat and contiguous first, whatever shape and strides it came in."""

import torch
from torch.autograd.function import once_differentiable

from cgp_harness import autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        flat = x.contiguous().view(-1)
        q = flat.to(torch.int64).to(torch.float64)
        ctx.save_for_backward((flat - q).view(x.shape))
        return q.view(x.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        error, = ctx.saved_tensors
        return (g.reshape(-1) + error.flatten()).reshape(g.shape)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        flat = x.reshape(-1)
        return torch.logaddexp(flat, flat.new_zeros(flat.numel())).reshape(x.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        x, = ctx.saved_tensors
        pair = torch.stack([x.reshape(-1), x.new_zeros(x.numel())])
        return g * torch.softmax(pair, dim=0)[0].view(x.shape)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x.contiguous(), W.contiguous())
        return torch.einsum("bn,mn->bm", x, W).add_(b)

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        g = g.contiguous()
        formulas = (("bm,mn->bn", (g, W)), ("bm,bn->mn", (g, x)), ("bm->m", (g,)))
        return tuple(
            torch.einsum(formula, *factors) if need else None
            for (formula, factors), need in zip(formulas, ctx.needs_input_grad, strict=True))


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward((x > -1).logical_and(x < 1))
        return (x.reshape(-1) >= 0).to(x.dtype).mul(2).sub(1).view(x.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        inside, = ctx.saved_tensors
        return g.masked_fill(~inside, 0.0)
