"""One call of a student's Function, and the way back through it. Runs in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from cgp_harness.sandbox.arrays import Floats, split
from cgp_harness.sandbox.function_messages import Forward, Vjp, VjpMany
from cgp_reference.errors import ExplainedError

Request = Forward | Vjp | VjpMany
PLAIN = (torch.Tensor, torch.nn.Parameter)
"""Not their subclasses, which can answer anything when asked for shape or dtype."""
Gradients = tuple[torch.Tensor | None, ...]


@dataclass(frozen=True)
class Node:
    """One forward that was run: its inputs, and the output."""

    inputs: tuple[torch.Tensor, ...]
    output: torch.Tensor

    def backward(self, cotangent: torch.Tensor, *, retain: bool = False) -> Gradients:
        """A gradient for each input, or None.

        From the number <output, cotangent>: torch 2.13 imports sympy, 0.3 s, where `grad` is given
        a cotangent of its own.
        """
        wanted = [one for one in self.inputs if one.requires_grad]
        if not self.output.requires_grad or not wanted:
            return (None,) * len(self.inputs)
        total = (self.output * cotangent).sum()
        found = iter(torch.autograd.grad(
            total, wanted, retain_graph=retain, allow_unused=True))
        return tuple(next(found) if one.requires_grad else None for one in self.inputs)

    def cotangent(self, row: Floats) -> torch.Tensor:
        """Numbers (E,) as a cotangent of the output."""
        shaped = torch.tensor(row.reshape(self.output.shape))
        return shaped.to(self.output.dtype) if self.output.requires_grad else shaped

    def row(self, gradients: Gradients) -> Floats:
        """The gradients as a row (D,) of their own, zeros where there is none."""
        return np.concatenate([
            np.zeros(one.numel()) if gradient is None else numbers(gradient)
            for one, gradient in zip(self.inputs, gradients, strict=True)
        ])


def called(request: Vjp | VjpMany, function: Any, row: Floats) -> Node:
    """Call a Function at one point (D,).

    Raises:
        ExplainedError: it gives no tensor of the shape that was asked for.
    """
    inputs = inputs_of(request, row)
    output = output_of(function, inputs)
    if tuple(output.shape) != request.output:
        listed = ", ".join(map(str, request.shapes))
        raise ExplainedError(
            f"forward of {request.name} gives the shape {tuple(output.shape)}",
            expected=f"{request.output} for inputs of shape {listed}")
    return Node(inputs, output)


def inputs_of(request: Request, row: Floats) -> tuple[torch.Tensor, ...]:
    """A point (D,) as fresh tensors."""
    dtype = torch.float64 if request.dtype == "float64" else torch.float32
    made = []
    for part, needed in zip(split(row, request.shapes), request.needs, strict=True):
        tensor = torch.tensor(part, dtype=dtype)
        if request.strided:
            apart = [2 * stride for stride in tensor.stride()]
            tensor = torch.empty_strided(part.shape, apart, dtype=dtype).copy_(tensor)
        made.append(tensor.requires_grad_(needed))
    return tuple(made)


def output_of(function: Any, inputs: Sequence[torch.Tensor]) -> torch.Tensor:
    """What a Function gives, which must be one real tensor."""
    output: torch.Tensor = function.apply(*inputs)
    if type(output) not in PLAIN:
        raise ExplainedError(
            f"forward of {function.__name__} returned a {type(output).__name__}",
            expected="one tensor")
    if output.is_complex():
        raise ExplainedError(
            f"forward of {function.__name__} returned complex numbers", expected="real numbers")
    return output


def changed_input(request: Request, row: Floats, inputs: Sequence[torch.Tensor]) -> int:
    """Index of the first input that is not what it was; -1 if there is none."""
    fresh = inputs_of(request, row)
    return next((
        i for i, (one, other) in enumerate(zip(inputs, fresh, strict=True))
        if one._version != other._version or not torch.equal(one, other)
    ), -1)


def numbers(tensor: torch.Tensor) -> Floats:
    """The numbers of a tensor, flat, as float64."""
    flat: Floats = tensor.detach().to(torch.float64).reshape(-1).numpy()
    return flat
