"""A Function to begin with."""

from cgp_harness.kind import Starter

STARTER = Starter('''\
"""A Function of Autograd to begin with, x^3: change forward and backward."""

import torch

from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        # x is a tensor of any shape. What backward needs is saved here, not in ctx.x.
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        # g is the gradient of the loss for the output; return one for each input of forward.
        (x,) = ctx.saved_tensors
        return g * 3 * x**2
''', registers="softplus", called="autograd")
