"""Typed, documented, with a jvp and further methods beside backward; the bare decorator."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import FunctionCtx

from cgp_harness import autograd_function


@autograd_function
class softplus(Function):
    """log(1 + e^x), without overflow."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        """The larger of x and 0, and what is left of the logarithm beside it."""
        return torch.fmax(x, torch.zeros_like(x)) + torch.log1p(torch.exp(-torch.abs(x)))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
        """Keep x, for both directions."""
        x, = inputs
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:
        """g times the logistic function of x."""
        x, = ctx.saved_tensors
        return g * torch.sigmoid(x)

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        """The same factor, forward."""
        x, = ctx.saved_tensors
        return tangent * torch.sigmoid(x)


@autograd_function
class affine(Function):
    """x W^T + b."""

    @staticmethod
    def forward(ctx: FunctionCtx, x: Tensor, W: Tensor, b: Tensor) -> Tensor:
        """Of shape (batch, outputs)."""
        ctx.save_for_backward(x, W)
        return (x[:, None, :] * W).sum(2) + b

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor | None, ...]:
        """One gradient for each input, in forward's order."""
        x, W = ctx.saved_tensors
        need_x, need_W, need_b = ctx.needs_input_grad
        of_x = (g[:, :, None] * W).sum(1) if need_x else None
        of_W = (g[:, :, None] * x[:, None, :]).sum(0) if need_W else None
        return of_x, of_W, g.sum(0) if need_b else None, None, None


@autograd_function
class sign_ste(Function):
    """+1 or -1."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """+1 from 0 on."""
        ctx.save_for_backward(x)
        return torch.where(x >= 0, torch.ones_like(x), -torch.ones_like(x))

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor]:
        """g inside the window."""
        x, = ctx.saved_tensors
        return (torch.where(torch.square(x) < 1, g, 0.0),)


@autograd_function
class quantize(Function):
    """The byte below x."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """As float64."""
        q = (x - torch.remainder(x, 1)).to(torch.float64)
        ctx.save_for_backward(x, q)
        return q

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor]:
        """g, and the error."""
        x, q = ctx.saved_tensors
        return (torch.add(torch.sub(x, q), g),)
