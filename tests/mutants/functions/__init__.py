"""Wrong Functions and activations, one known mistake each, as a student would hand them in.

>>> from tests.mutants.functions.write import source
>>> print(source("quantize", "straight_through"))
\"""Homework: quantize.\"""
<BLANKLINE>
import torch
<BLANKLINE>
from cgp_harness import autograd_function
<BLANKLINE>
<BLANKLINE>
@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        q = x.to(torch.uint8).double()
        ctx.save_for_backward(x - q)
        return q
<BLANKLINE>
    @staticmethod
    def backward(ctx, g):
        error, = ctx.saved_tensors
        return g
<BLANKLINE>
"""
