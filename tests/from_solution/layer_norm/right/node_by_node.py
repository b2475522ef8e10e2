"""Right: backward goes back through every step of forward, one line for each."""

import torch

from cgp_harness import autograd_function


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gain, bias):
        n = x.shape[1]
        mu = x.sum(dim=1, keepdim=True) / n
        xmu = x - mu
        var = (xmu * xmu).sum(dim=1, keepdim=True) / n
        sqrtvar = torch.sqrt(var + 1e-5)
        ivar = 1.0 / sqrtvar
        xhat = xmu * ivar
        ctx.save_for_backward(xhat, gain, xmu, ivar, sqrtvar)
        return gain * xhat + bias

    @staticmethod
    def backward(ctx, dout):
        xhat, gain, xmu, ivar, sqrtvar = ctx.saved_tensors
        n = dout.shape[1]
        dbias = torch.sum(dout, dim=0)
        dgain = torch.sum(dout * xhat, dim=0)
        dxhat = dout * gain
        divar = torch.sum(dxhat * xmu, dim=1, keepdim=True)
        dxmu1 = dxhat * ivar
        dsqrtvar = -divar / sqrtvar**2
        dvar = 0.5 * dsqrtvar / sqrtvar
        dxmu2 = 2 * xmu * dvar / n
        dx1 = dxmu1 + dxmu2
        dmu = -torch.sum(dx1, dim=1, keepdim=True)
        dx2 = dmu.expand_as(dx1) / n
        return dx1 + dx2, dgain, dbias
