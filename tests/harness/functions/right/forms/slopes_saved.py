"""Everything that backward needs is computed in forward, and only it is saved."""

import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        whole = torch.trunc(x).double()
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(x.double() - whole)
            ctx.dtype = x.dtype
        return whole

    @staticmethod
    def backward(ctx, g):
        cut_off, = ctx.saved_tensors
        return (g + cut_off).to(ctx.dtype)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        small = torch.exp(-torch.abs(x))
        slope = torch.where(x >= 0, 1 / (1 + small), small / (1 + small))
        ctx.save_for_backward(slope)
        return torch.relu(x) + torch.log1p(small)

    @staticmethod
    def backward(ctx, g):
        slope, = ctx.saved_tensors
        return slope * g


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward((torch.abs(x) < 1).to(x.dtype))
        return torch.ones_like(x).masked_fill(x < 0, -1)

    @staticmethod
    def backward(ctx, g):
        mask, = ctx.saved_tensors
        return mask * g


@activation("mine")
def mine(x):
    y = 2 / 3 * x
    root = (1 + y * y) ** 0.5
    return y / root, 2 / 3 / root**3
