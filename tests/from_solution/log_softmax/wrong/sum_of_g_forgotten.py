import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        shifted = x - x.amax(dim=1, keepdim=True)
        y = shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g - torch.exp(y)
