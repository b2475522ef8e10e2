"""Results are written into buffers of the Function's own, with `out=` and by index."""

import torch

from cgp_harness import autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        q = torch.empty(x.shape, dtype=torch.float64, device=x.device)
        torch.floor(x.double(), out=q)
        error = torch.empty_like(q)
        torch.sub(x.double(), q, out=error)
        ctx.mark_non_differentiable()
        ctx.save_for_backward(error)
        return q

    @staticmethod
    def backward(ctx, g):
        error, = ctx.saved_tensors
        result = torch.zeros_like(error)
        result.add_(g).add_(error)
        return result


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x)
        result = torch.empty_like(x)
        right = x > 0
        result[right] = x[right] + torch.log1p(torch.exp(-x[right]))
        result[~right] = torch.log1p(torch.exp(x[~right]))
        return result

    @staticmethod
    def backward(ctx, g):
        if g is None:
            return None
        x, = ctx.saved_tensors
        slope = torch.empty_like(x)
        torch.neg(x.abs(), out=slope)
        slope.exp_()
        slope.div_(1 + slope)
        return g * torch.where(x < 0, slope, 1 - slope)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        result = torch.empty(len(x), len(W), dtype=x.dtype, device=x.device)
        result[:] = b
        return torch.addmm(result, x, W.t())

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        found = [None, None, None]
        if ctx.needs_input_grad[0]:
            found[0] = x.new_zeros(x.shape).addmm_(g, W)
        if ctx.needs_input_grad[1]:
            found[1] = W.new_zeros(W.shape).addmm_(g.t(), x)
        if ctx.needs_input_grad[2]:
            found[2] = torch.ones(1, len(g), dtype=g.dtype, device=g.device).mm(g)[0]
        return found[0], found[1], found[2], None


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        result = torch.ones_like(x)
        result[x < 0] = -1
        return result

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        result = torch.zeros_like(g)
        inside = x * x < 1
        result[inside] = g[inside]
        return result
