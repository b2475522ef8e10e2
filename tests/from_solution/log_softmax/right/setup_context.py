"""Right: torch's newer style, with setup_context."""

import torch

from cgp_harness import autograd_function


@autograd_function("log_softmax")
class LogSoftmax(torch.autograd.Function):
    @staticmethod
    def forward(x: "B n") -> "B n":
        shifted = x - torch.max(x, dim=1).values.unsqueeze(1)
        return shifted - shifted.exp().sum(1).log().unsqueeze(1)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, g):
        return torch.addcmul(g, ctx.saved_tensors[0].exp(), g.sum(1, keepdim=True), value=-1)
