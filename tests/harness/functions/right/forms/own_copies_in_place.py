"""In-place operations, but on copies and fresh results only."""

import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        q = x.to(torch.float64, copy=True)
        error = q.frac()
        q.sub_(error)
        ctx.save_for_backward(error)
        return q

    @staticmethod
    def backward(ctx, g):
        error, = ctx.saved_tensors
        passed = g.clone()
        passed += error
        return passed


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.abs().neg_().exp_().log1p_()
        y += x.clamp(min=0)
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        slope = x.neg().exp_().add_(1).reciprocal_()
        tail = x < 0
        slope[tail] = x[tail].exp().div_(x[tail].exp() + 1)
        return slope.mul_(g)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        y = x.mm(W.t())
        y += b
        ctx.save_for_backward(x, W)
        return y

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        of_x = of_W = of_b = None
        if ctx.needs_input_grad[0]:
            of_x = torch.empty_like(x)
            torch.mm(g, W, out=of_x)
        if ctx.needs_input_grad[1]:
            of_W = torch.zeros_like(W)
            for cotangent, row in zip(g, x, strict=True):
                of_W.addr_(cotangent, row)
        if ctx.needs_input_grad[2]:
            of_b = W.new_zeros(W.shape[0])
            for cotangent in g:
                of_b.add_(cotangent)
        return of_x, of_W, of_b


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        y = torch.empty_like(x).fill_(-1)
        y[x >= 0] = 1
        return y

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        passed = g.clone()
        passed[x.abs() >= 1] = 0
        return passed


@activation("mine")
def mine(x):
    value = x.copy()
    value[x < 0] *= 0.1
    slope = x.copy()
    slope[x >= 0], slope[x < 0] = 1, 0.1
    return value, slope
