"""Right: torch's newer style, with setup_context; the slope is saved."""

from math import pi

import torch

from cgp_harness import autograd_function


@autograd_function("gelu")
class Gelu(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x / 2 + x * torch.erf(x / 2**0.5) / 2

    @staticmethod
    def setup_context(ctx, inputs, output):
        x = inputs[0]
        half = torch.erf(x / 2**0.5) / 2
        ctx.save_for_backward(0.5 + half + x * torch.exp(-(x**2) / 2) * (2 * pi) ** -0.5)

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]
