import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        e = torch.exp(x)
        softmax = e / e.sum(dim=1, keepdim=True)
        ctx.save_for_backward(softmax)
        return torch.log(softmax)

    @staticmethod
    def backward(ctx, g):
        (softmax,) = ctx.saved_tensors
        return g - softmax * g
