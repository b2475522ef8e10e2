import math

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class GELU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        u = x / math.sqrt(2)
        d_erf = 2 / math.sqrt(math.pi) * torch.exp(-u**2)
        return g * (0.5 * (1 + torch.erf(u)) + 0.5 * x * d_erf)
