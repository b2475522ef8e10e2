import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        softmax = torch.softmax(x, dim=1)
        ctx.save_for_backward(softmax)
        return torch.log(softmax)

    @staticmethod
    def backward(ctx, g):
        (softmax,) = ctx.saved_tensors
        return g - softmax * g.sum(dim=1, keepdim=True)
