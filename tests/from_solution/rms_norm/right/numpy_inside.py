"""Right: the arithmetic is numpy's."""

import numpy as np
import torch

from cgp_harness import autograd_function


@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n") -> "B n":
        ctx.save_for_backward(x, gain)
        numbers = x.detach().numpy()
        y = gain.detach().numpy() * numbers / RMSNorm.rms(numbers)
        return torch.as_tensor(y, dtype=x.dtype)

    @staticmethod
    def rms(x):
        return np.sqrt(np.mean(np.square(x), axis=1, keepdims=True) + 1e-6)

    @staticmethod
    def backward(ctx, g):
        x, gain = (one.numpy() for one in ctx.saved_tensors)
        arriving, rms = g.numpy(), RMSNorm.rms(x)
        h = arriving * gain
        of_x = h / rms - x * np.mean(h * x, axis=1, keepdims=True) / rms**3
        of_gain = np.sum(arriving * x / rms, axis=0)
        return torch.as_tensor(of_x, dtype=g.dtype), torch.as_tensor(of_gain, dtype=g.dtype)
