"""What is saved is as small as may be: bytes, bits, or nothing where no gradient is needed."""

import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        byte = x.to(torch.uint8)
        ctx.save_for_backward(x, byte)
        return byte.to(torch.float64)

    @staticmethod
    def backward(ctx, g):
        x, byte = ctx.saved_tensors
        return g + (x - byte)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        need_x, need_W, _ = ctx.needs_input_grad
        ctx.save_for_backward(x if need_W else None, W if need_x else None)
        return (W @ x.T).T + b

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        of_x = None if W is None else (W.T @ g.T).T
        of_W = None if x is None else (x.T @ g).T
        return of_x, of_W, g.sum(0) if ctx.needs_input_grad[2] else None


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.abs().lt(1))
        return x.ge(0).mul(2).sub(1).to(x)

    @staticmethod
    def backward(ctx, g):
        inside, = ctx.saved_tensors
        return g.where(inside, g.new_zeros(()))


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        zero = x.new_zeros(())
        return torch.logaddexp(zero, x)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g / (1 + torch.exp(-x))


@activation("mine")
def relu(x):
    return x * (x > 0), (x > 0) * 1.0
