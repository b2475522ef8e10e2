import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B n":
        shifted = x - x.amax(dim=1, keepdim=True)
        total = torch.exp(shifted).sum(dim=1, keepdim=True)
        ctx.save_for_backward(torch.exp(shifted) / total)
        return shifted - torch.log2(total)

    @staticmethod
    def backward(ctx, g):
        (softmax,) = ctx.saved_tensors
        return g - softmax * g.sum(dim=1, keepdim=True)
