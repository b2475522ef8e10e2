"""What a Function becomes by a small change to the source of a right one: mistakes with words.

The right one is the instructor's, and trusted: what it is changed to runs in this process.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake, ValueMistake
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Change
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import Source
from cgp_harness.mutation.words import Reveal, secret, told


def of_forward(source: Source, reveal: Reveal) -> tuple[ValueMistake, ...]:
    """What forward may compute instead, the simplest first."""
    hidden = secret(source)
    return tuple(
        ValueMistake(one.id, f"is right but for this: {told(one.said, reveal, hidden)}", "",
                     _Changed(source, one).forward, one.said.full)
        for one in singles(source) if not _is_in(source, "backward", one))


def of_backward(source: Source, reveal: Reveal) -> tuple[GradientMistake, ...]:
    """What backward may return instead, the simplest first: with a change of its own, or with one
    in what forward has kept for it; then the derivative of a forward with a change."""
    found, of_another, hidden = [], [], secret(source)
    for one in singles(source):
        changed, said = _Changed(source, one), told(one.said, reveal, hidden)
        where = " in forward" if _is_in(source, "forward", one) else ""
        found.append(GradientMistake(
            one.id, f"is right but for this{where}: {said}", "", changed.vjp, one.said.full))
        if not _is_in(source, "backward", one):
            of_another.append(GradientMistake(
                one.id, f"is that of a forward in which {said}", "", changed.derivative,
                one.said.full))
    return (*found, *of_another)


def _is_in(source: Source, name: str, change: Change) -> bool:
    """Whether all of a change is in this method, and not in what it saves for the other."""
    methods = [one for one in source.functions() if one.name == name]
    inside = {id(node) for one in methods for node in ast.walk(one)}
    saved = {
        id(node) for one in methods for call in ast.walk(one) if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith(".save_for_backward") for node in ast.walk(call)}
    return all(id(edit.node) in inside - saved for edit in change.edits)


class Context:
    """What forward and backward get for their ctx: it keeps what is saved."""

    def __init__(self, inputs: int) -> None:
        self.needs_input_grad = (True,) * inputs
        self.saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep them."""
        self.saved_tensors = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Nothing."""

    mark_dirty = mark_non_differentiable = set_materialize_grads


class _Changed:
    """A class with a change made, compiled when it is first asked."""

    def __init__(self, source: Source, change: Change) -> None:
        self._made: Callable[[], Any] = lambda: source.compiled(change)

    @cached_property
    def _class(self) -> Any:
        return self._made()

    def forward(self, *arrays: Floats) -> Floats:
        """Its value; not a number where it raises."""
        try:
            return _array(self._class.forward(Context(len(arrays)), *_tensors(arrays)))
        except Exception:  # the change makes no program, or one whose shapes do not fit
            return np.full((), np.nan)

    def derivative(self, g: Floats, *arrays: Floats) -> tuple[Floats, ...]:
        """Torch's derivative of its forward; not a number where there is none."""
        try:
            inputs = [one.requires_grad_() for one in _tensors(arrays)]
            output = self._class.forward(Context(len(arrays)), *inputs)
            found = torch.autograd.grad(
                (output * torch.tensor(g)).sum(), inputs, allow_unused=True)
            return tuple(
                np.zeros(one.shape) if gradient is None else _array(gradient)
                for one, gradient in zip(arrays, found, strict=True))
        except Exception:
            return tuple(np.full(one.shape, np.nan) for one in arrays)

    def vjp(self, g: Floats, *arrays: Floats) -> tuple[Floats, ...]:
        """Its gradients; not a number where it raises."""
        try:
            ctx = Context(len(arrays))
            self._class.forward(ctx, *_tensors(arrays))
            found = self._class.backward(ctx, *_tensors([g]))
            each = found if isinstance(found, tuple) else (found,)
            return tuple(
                np.zeros(one.shape) if gradient is None else
                np.broadcast_to(_array(gradient), one.shape)
                for one, gradient in zip(arrays, each, strict=True))
        except Exception:
            return tuple(np.full(one.shape, np.nan) for one in arrays)


def _tensors(arrays: Sequence[Floats]) -> list[torch.Tensor]:
    return [torch.tensor(one, dtype=torch.float64) for one in arrays]


def _array(tensor: Any) -> Floats:
    return np.asarray(tensor.detach() if isinstance(tensor, torch.Tensor) else tensor, np.float64)
