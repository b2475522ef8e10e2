"""Missing cotangents stay None instead of zeros; only what is no tensor is kept on ctx."""

import torch

from cgp_harness import autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        q = torch.div(x, 1, rounding_mode="floor").double()
        ctx.save_for_backward(x.double().sub(q))
        ctx.shape, ctx.dtype = tuple(x.shape), x.dtype
        return q

    @staticmethod
    def backward(ctx, g):
        if g is None:
            return None
        error, = ctx.saved_tensors
        return torch.add(g, error).reshape(ctx.shape).type(ctx.dtype)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, W)
        ctx.batch = x.shape[0]
        return torch.baddbmm(b.expand(1, ctx.batch, -1), x[None], W.T[None])[0]

    @staticmethod
    def backward(ctx, g):
        if g is None:
            return None, None, None
        x, W = ctx.saved_tensors
        of_x = torch.tensordot(g, W, dims=1) if ctx.needs_input_grad[0] else None
        of_W = torch.tensordot(g, x, dims=([0], [0])) if ctx.needs_input_grad[1] else None
        of_b = torch.mv(g.T, g.new_ones(ctx.batch)) if ctx.needs_input_grad[2] else None
        return of_x, of_W, of_b


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x.detach().clamp(-1, 1))
        return (x < 0).type_as(x) * -2 + 1

    @staticmethod
    def backward(ctx, g):
        if g is None:
            return None
        clamped, = ctx.saved_tensors
        return g.masked_fill(clamped.abs() == 1, 0)
