import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        top = x.amax(dim=1, keepdim=True)
        e = torch.exp(x - top)
        ctx.save_for_backward(e / e.sum(dim=1, keepdim=True))
        return x - torch.log(e.sum(dim=1, keepdim=True))

    @staticmethod
    def backward(ctx, g):
        (softmax,) = ctx.saved_tensors
        return g - softmax * g.sum(dim=1, keepdim=True)
