"""A submission's Function in an instructor's own tests."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.kinds.autograd_function.questions import Call, Functions
from cgp_harness.model import Floats
from cgp_harness.subject import Registered
from cgp_harness.task import Assignment


class TestedFunction:
    """`function(x)` is its value, `function.gradient(x)` what its backward gives; float64.

    Inputs are numbers or arrays; `given` are values of the arguments after them, which are
    numbers, where those are not to have their defaults.

    Raises:
        SubjectError: the student's code is at fault; of all that is asked.
    """

    __test__ = False  # pytest: no class of tests

    def __init__(self, asking: Functions, registered: Registered, _: Assignment) -> None:
        self._asking, self.name = asking, registered.name

    def __repr__(self) -> str:
        return self.name

    def __call__(self, *inputs: Any, given: tuple[float, ...] = ()) -> Any:
        """What forward returns."""
        return _plain(self._value(*_arguments(self.name, inputs, given)))

    def gradient(self, *inputs: Any, g: Any = 1.0, given: tuple[float, ...] = ()) -> Any:
        """What backward gives for each input, in its shape; of one input it alone.

        Args:
            g: the gradient that arrives at the output, in its shape or a number for all of it.
        """
        call, row = _arguments(self.name, inputs, given)
        output = self._value(call, row).shape
        arriving = np.broadcast_to(np.asarray(g, np.float64), output).reshape(1, -1)
        rows = self._asking.vjp(replace(call, output=output), row, arriving).gradients
        ends = np.cumsum([math.prod(shape) for shape in call.shapes])
        parts = np.split(rows[0], ends[:-1])
        found = tuple(
            _plain(part.reshape(shape)) for part, shape in zip(parts, call.shapes, strict=True))
        return found[0] if len(found) == 1 else found

    def _value(self, call: Call, row: Floats) -> Floats:
        answer = self._asking.forward(call, row)
        if answer.shape != call.output:  # known once it was called
            call = replace(call, output=answer.shape)
            answer = self._asking.forward(call, row)
        return answer.values.reshape(call.output)


def _arguments(name: str, inputs: tuple[Any, ...], given: tuple[float, ...]) -> tuple[Call, Floats]:
    arrays = [np.asarray(one, np.float64) for one in inputs]
    shapes = tuple(one.shape for one in arrays)
    row = np.concatenate([one.ravel() for one in arrays])[None]
    return Call(name, shapes, shapes[0], given=tuple(map(float, given))), row


def _plain(numbers: Floats) -> Any:
    return numbers if numbers.shape else float(numbers)


tested = TestedFunction
