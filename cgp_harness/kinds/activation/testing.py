"""A submission's activation in an instructor's own tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from cgp_harness.kinds.activation.questions import Activations
from cgp_harness.model import Floats
from cgp_harness.subject import Registered
from cgp_harness.task import Assignment


class TestedActivation:
    """`activation(x)` is its value and its derivative at x, a number or an array, in x's shape.

    Raises:
        SubjectError: the student's code is at fault; of all that is asked.
    """

    __test__ = False  # pytest: no class of tests

    def __init__(self, asking: Activations, registered: Registered, _: Assignment) -> None:
        self._asking, self.name = asking, registered.name

    def __repr__(self) -> str:
        return self.name

    def __call__(self, x: Any) -> tuple[Any, Any]:
        """Value and derivative."""
        found = self._asking.evaluate(self.name, np.asarray(x, np.float64))
        return _plain(found.value), _plain(found.derivative)

    def value(self, x: Any) -> Any:
        """The value alone."""
        return self(x)[0]

    def derivative(self, x: Any) -> Any:
        """The derivative alone."""
        return self(x)[1]


def _plain(numbers: Floats) -> Any:
    return numbers if numbers.shape else float(numbers)


tested = TestedActivation
