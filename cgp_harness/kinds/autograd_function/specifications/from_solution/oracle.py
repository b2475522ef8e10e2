"""An instructor's right answer as an oracle: arrays in, values and gradients out, in float64.

The answer is trusted: it runs in this process.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import torch

from cgp_harness.errors import HarnessError
from cgp_harness.model import Floats
from cgp_harness.probing.arrays.axes import Signature, signature
from cgp_harness.registering.places import where_is, where_is_class

Dtype = Literal["float64", "float32"]
DTYPES = {"float64": torch.float64, "float32": torch.float32}
WHOLE = {"int": torch.int64, "bool": torch.bool}
BASE = torch.autograd.Function
APPLY = vars(BASE)["apply"]


@dataclass(frozen=True, eq=False)
class Oracle:
    """A right answer: a subclass of `torch.autograd.Function`, or a plain function of tensors.

    Args:
        name: that it is registered under.
        target: the class or function.
        signature: what it takes and gives.
        as_written: whether its gradient is what its own backward returns, and not what torch finds
            for its forward.
        given: what it gets after the inputs.
    """

    name: str
    target: Any
    signature: Signature
    as_written: bool = False
    given: tuple[float, ...] = ()

    @classmethod
    def of(cls, name: str, target: Any, *, as_written: bool = False) -> Oracle:
        """The oracle that a class or function makes.

        Raises:
            HarnessError: its signature does not say what it takes, or it has no backward where that
                is what shall be judged.
        """
        oracle = cls(name, target, _signature(target), as_written)
        if all(one.numbers != "real" for one in oracle.signature.arrays):
            raise HarnessError(
                f"{name} takes no array of real numbers", where=oracle.where,
                expected="one at least: there is no gradient for integers")
        if as_written and not oracle.has_backward:
            raise HarnessError(
                f"{target.__name__} has no backward() that could be judged as it is written",
                where=oracle.where, expected="a static method backward()",
                fix="write one, or leave `as_written` out: then torch's own derivative is right")
        return oracle

    @property
    def has_backward(self) -> bool:
        """Whether it says itself what its backward is."""
        return isinstance(self.target, type) and inspect.getattr_static(
            self.target, "backward") is not inspect.getattr_static(BASE, "backward")

    @property
    def where(self) -> str:
        """Its file and line."""
        return _where(self.target)

    @cached_property
    def call(self) -> Callable[..., Any]:
        """Tensors to a tensor, to be differentiated by torch."""
        target = self.target
        if self.as_written:
            target = APPLY.__get__(None, target)
        elif isinstance(target, type):
            forward = _forward(target)
            target = forward if not _has_context(target) else (
                lambda *tensors: forward(StandIn(len(tensors)), *tensors))
        called: Callable[..., Any] = target
        return called

    def forward(self, *arrays: Floats) -> Floats:
        """The value at some arrays, one for each input."""
        with _quietly(), torch.no_grad():
            return _array(self._output(self._tensors(arrays, "float64", tracked=False)))

    def vjp(self, g: Floats, *arrays: Floats) -> tuple[Floats, ...]:
        """The gradient for each input, in its shape; zeros for integers."""
        return self.both(g, arrays)[1]

    def both(
        self, g: Floats, arrays: Sequence[Floats], dtype: Dtype = "float64",
        within: AbstractContextManager[object] | None = None,
    ) -> tuple[Floats, tuple[Floats, ...]]:
        """Value and gradients.

        Args:
            g: the cotangent, in the shape of the value or as one number for all.
            arrays: one for each input.
            dtype: in which it computes.
            within: in which context.

        Returns:
            Gradients of zeros where the value does not depend on an input, as far as torch sees.
        """
        with _quietly(), within or nullcontext():
            tensors = self._tensors(arrays, dtype, tracked=True)
            output = self._output(tensors)
            wanted = [one for one in tensors if one.requires_grad]
            found: Sequence[torch.Tensor | None] = [None] * len(wanted)
            if output.requires_grad and wanted:
                # From one number: torch 2.13 imports sympy where `grad` is given a cotangent.
                sent = torch.tensor(g, dtype=output.dtype).expand(output.shape)
                found = torch.autograd.grad((output * sent).sum(), wanted, allow_unused=True)
        each = iter(found)
        gradients = [next(each) if one.requires_grad else None for one in tensors]
        return _array(output), tuple(
            np.zeros(one.shape) if gradient is None else _array(gradient)
            for one, gradient in zip(arrays, gradients, strict=True))

    def differentiable(self, arrays: Sequence[Floats]) -> bool:
        """Whether torch finds a way back from its output."""
        with _quietly():
            return self._output(self._tensors(arrays, "float64", tracked=True)).requires_grad

    def dtype(self, arrays: Sequence[Floats], dtype: Dtype) -> str:
        """Of its output, for inputs of this dtype."""
        with _quietly():
            output = self._output(self._tensors(arrays, dtype, tracked=False))
        return str(output.dtype).removeprefix("torch.")

    def _tensors(
        self, arrays: Sequence[Floats], dtype: Dtype, *, tracked: bool
    ) -> list[torch.Tensor]:
        made = []
        for one, array in zip(self.signature.arrays, arrays, strict=True):
            real = one.numbers == "real"
            tensor = torch.tensor(array, dtype=DTYPES[dtype] if real else WHOLE[one.numbers])
            made.append(tensor.requires_grad_(real and tracked))
        return made

    def _output(self, tensors: Sequence[torch.Tensor]) -> torch.Tensor:
        output = self.call(*tensors, *self.given)
        if isinstance(output, torch.Tensor):
            return output
        raise HarnessError(
            f"{self.name} gives {type(output).__name__} instead of a tensor",
            where=self.where, expected="one tensor")


class StandIn:
    """What forward gets for its ctx where torch differentiates it: all that it saves is dropped."""

    saved_tensors = ()

    def __init__(self, inputs: int) -> None:
        self.needs_input_grad = (True,) * inputs

    def save_for_backward(self, *tensors: object) -> None:
        """Nothing."""

    save_for_forward = mark_dirty = mark_non_differentiable = save_for_backward

    def set_materialize_grads(self, value: bool) -> None:
        """Nothing."""


@contextmanager
def _quietly() -> Iterator[None]:
    """In one thread, since there is a grader process for each core; and without warnings."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_num_threads(threads)


def _has_context(target: type) -> bool:
    """Whether ctx is among the arguments of its forward."""
    own, base = (inspect.getattr_static(one, "setup_context") for one in (target, BASE))
    return own is base


def _signature(target: Any) -> Signature:
    where, name = _where(target), target.__name__
    if not isinstance(target, type):
        return signature(target, name, where)
    return signature(_forward(target), f"{name}.forward", where, skip=int(_has_context(target)))


def _forward(target: type) -> Callable[..., Any]:
    written: Callable[..., Any] = inspect.getattr_static(target, "forward").__get__(None, target)
    return written


def _where(target: Any) -> str:
    return where_is_class(target) if isinstance(target, type) else where_is(target)


def _array(tensor: torch.Tensor) -> Floats:
    numbers: Floats = tensor.detach().to(torch.float64).numpy()
    return numbers
