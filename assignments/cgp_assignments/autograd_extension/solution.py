"""The right answers: what submissions are compared with. Lines are short, so that each mistake in
mistakes.toml is a change of one of them.
"""

import torch

from cgp_harness import autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    """The integer part q of x in [0, 256), as float64; backward is no derivative."""

    @staticmethod
    def forward(ctx, x):
        q = torch.floor(x).double()
        ctx.save_for_backward(x - q)
        return q

    @staticmethod
    def backward(ctx, g):
        (rest,) = ctx.saved_tensors
        return g + rest


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    """log(1 + e^x): nothing overflows, nothing cancels; at 0 its slope is none of clamp and abs."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        small = torch.exp(-x.abs())
        slope = torch.where(x >= 0, 1.0, small) / (1.0 + small)
        return g * slope


@autograd_function("affine")
class Affine(torch.autograd.Function):
    """x W^T + b."""

    @staticmethod
    def forward(ctx, x: "B n", W: "m n", b: "m") -> "B m":
        ctx.save_for_backward(x, W)
        return x @ W.T + b

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        need_x, need_W, need_b = ctx.needs_input_grad
        of_x = g @ W if need_x else None
        of_W = g.T @ x if need_W else None
        of_b = g.sum(0) if need_b else None
        return of_x, of_W, of_b


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    """The sign; backward takes it for a straight line where |x| < 1."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return torch.where(x.abs() < 1, g, 0.0)
