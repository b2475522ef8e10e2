import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        shifted = x - x.amax(dim=1, keepdim=True)
        e = torch.exp(shifted)
        softmax = e / e.sum(dim=1, keepdim=True)
        ctx.save_for_backward(softmax)
        return softmax

    @staticmethod
    def backward(ctx, g):
        (softmax,) = ctx.saved_tensors
        return g - softmax * g.sum(dim=1, keepdim=True)
