"""Where in memory the numbers of a tensor lie, as those of a caller may. Runs in the worker.

torch has no negative strides: `flip` makes a copy.
"""

from __future__ import annotations

from typing import Any

import torch

from cgp_harness.kinds.autograd_function.requests import Layout


def laid_out(tensor: torch.Tensor, layout: Layout) -> torch.Tensor:
    """The same numbers in the same shape, in another place and order."""
    if layout == "sliced":
        wider = tensor.new_empty([2 * size for size in tensor.shape])
        return wider[(slice(1, None, 2),) * tensor.dim()].copy_(tensor)
    if layout == "transposed":
        axes = tuple(reversed(range(tensor.dim())))
        return tensor.permute(axes).contiguous().permute(axes)
    if layout == "expanded" and tensor.dim():
        return tensor[:1].expand(tensor.shape)
    if layout == "expanded_last" and tensor.dim():
        return tensor[..., :1].expand(tensor.shape)
    if layout == "channels_last" and tensor.dim() == 4:
        return tensor.contiguous(memory_format=torch.channels_last)
    return tensor


class Arriving(torch.autograd.Function):
    """A number whose gradient with respect to a tensor is a tensor of ours, strides and all."""

    @staticmethod
    def forward(ctx: Any, output: torch.Tensor, cotangent: torch.Tensor) -> torch.Tensor:
        """Any number does."""
        ctx.cotangent = cotangent
        return output.new_zeros(())

    @staticmethod
    def backward(ctx: Any, *_: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The cotangent itself."""
        return ctx.cotangent, None
