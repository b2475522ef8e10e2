"""One call of a student's Function, and the way back through it. Runs in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from cgp_harness.kinds.autograd_function.answers.layouts import Arriving, laid_out
from cgp_harness.kinds.autograd_function.requests import Forward, Layout, Vjp, VjpMany
from cgp_harness.sandbox.worker.arrays import Floats, split
from cgp_harness.sandbox.worker.refusing.guard import GUARD
from cgp_harness.sandbox.worker.returned_words import shown
from cgp_reference.errors import ExplainedError

Request = Forward | Vjp | VjpMany
PLAIN = (torch.Tensor, torch.nn.Parameter)
"""Not their subclasses, which can answer anything when asked for shape or dtype."""
Gradients = tuple[torch.Tensor | None, ...]
APPLY = vars(torch.autograd.Function)["apply"]
"""Of torch itself: with an `apply` of its own a class could let Autograd differentiate something
else than its forward. A class method of Python's in torch 2.13, one of C's in torch 2.14."""


@dataclass(frozen=True)
class Node:
    """One forward that was run: its inputs, the output, and how cotangents lie in memory."""

    inputs: tuple[torch.Tensor, ...]
    output: torch.Tensor
    arriving: Layout = "plain"

    def backward(self, cotangent: torch.Tensor, *, retain: bool = False) -> Gradients:
        """A gradient for each input, or None.

        From a number that sends it: torch 2.13 imports sympy, 0.3 s, where `grad` is given a
        cotangent of its own.
        """
        wanted = [one for one in self.inputs if one.requires_grad]
        if not self.output.requires_grad or not wanted:
            return (None,) * len(self.inputs)
        total: torch.Tensor = applied(Arriving, self.output, cotangent)
        GUARD.own = total
        try:
            found = iter(torch.autograd.grad(
                total, wanted, retain_graph=retain, allow_unused=True))
        finally:
            GUARD.own = None  # else the node would live for it
        return tuple(next(found) if one.requires_grad else None for one in self.inputs)

    def cotangent(self, row: Floats) -> torch.Tensor:
        """Numbers (E,) as a cotangent of the output."""
        dtype = self.output.dtype if self.output.requires_grad else torch.float64
        shaped = torch.tensor(
            row.reshape(self.output.shape), dtype=dtype, device=self.output.device)
        return laid_out(shaped, self.arriving)

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
    output = output_of(function, inputs, request.given)
    if tuple(output.shape) != request.output:
        listed = ", ".join(map(str, request.shapes))
        raise ExplainedError(
            f"forward of {request.name} gives the shape {tuple(output.shape)}",
            expected=f"{request.output} for inputs of shape {listed}")
    return Node(inputs, output, request.arriving)


def inputs_of(request: Request, row: Floats) -> tuple[torch.Tensor, ...]:
    """A point (D,) as fresh tensors."""
    real = torch.float64 if request.dtype == "float64" else torch.float32
    dtypes = {"real": real, "int": torch.int64, "bool": torch.bool}
    made, parts = [], split(row, request.shapes)
    for part, needed, numbers in zip(parts, request.needs, request.numbers, strict=True):
        tensor = torch.tensor(part, dtype=dtypes[numbers], device=request.device)
        made.append(laid_out(tensor, request.layout).requires_grad_(needed))
    return tuple(made)


def applied(function: Any, *inputs: Any) -> Any:
    """What torch's own `apply` gives for a Function."""
    return APPLY.__get__(None, function)(*inputs)


def output_of(
    function: Any, inputs: Sequence[torch.Tensor], given: Sequence[float]
) -> torch.Tensor:
    """What a Function gives, which must be one tensor of real numbers in memory.

    Args:
        given: what it gets after the inputs.
    """
    output: torch.Tensor = applied(function, *inputs, *given)
    if type(output) not in PLAIN:
        unfit = output is None or (isinstance(output, (list, tuple)) and len(output) == 1)
        fix = "end it with `return output`" if unfit else ""
        raise ExplainedError(
            f"forward of {function.__name__} returned {shown(output)}",
            expected="one tensor", fix=fix)
    if output.is_complex():
        raise ExplainedError(
            f"forward of {function.__name__} returned complex numbers", expected="real numbers")
    if unusual := _unusual(output, inputs[0].device.type):
        raise ExplainedError(
            f"forward of {function.__name__} returned {unusual}",
            expected="an ordinary tensor, as the inputs are")
    return output


def _unusual(tensor: torch.Tensor, device: str) -> str:
    """What it is, if its numbers are not simply there."""
    if tensor.device.type != device:
        return f"a tensor on the device {tensor.device.type!r}"
    if tensor.layout is not torch.strided:
        return "a sparse tensor"
    return "a quantized tensor" if tensor.is_quantized else ""


def states(inputs: Sequence[torch.Tensor]) -> list[tuple[int, torch.Tensor]]:
    """Of each tensor its version, and a copy."""
    return [(one._version, one.detach().clone()) for one in inputs]


def changed_since(
    before: Sequence[tuple[int, torch.Tensor]], inputs: Sequence[torch.Tensor]
) -> int:
    """Index of the first input that is not what it was; -1 if there is none."""
    return next((
        i for i, (one, (version, old)) in enumerate(zip(inputs, before, strict=True))
        if one._version != version or not torch.equal(one, old)
    ), -1)


def numbers(tensor: torch.Tensor) -> Floats:
    """The numbers of a tensor, flat, as float64."""
    dense = tensor.detach().to_dense()  # a sparse gradient is a right one
    flat: Floats = dense.to("cpu", torch.float64).reshape(-1).numpy()
    return flat
