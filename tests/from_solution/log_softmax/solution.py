"""Homework: log-softmax, as an extension of Autograd."""

import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    """The logarithm of the softmax of each row.

        y_i = x_i - log(sum over the row of e^(x_j))

    Finite for |x| up to 1000, whatever the other rows hold: compute it from x less the largest
    number of its row. Errors count in proportion to the largest number of the row.
    """

    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        """x less the log-sum-exp of its row."""
        shifted = x - x.amax(dim=1, keepdim=True)
        y = shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        """g less the softmax times the sum of g over the row."""
        (y,) = ctx.saved_tensors
        return g - torch.exp(y) * g.sum(dim=1, keepdim=True)
