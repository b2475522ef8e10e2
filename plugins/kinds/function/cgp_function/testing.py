"""A submission's function in an instructor's own tests."""

from typing import Any

import numpy as np

from cgp_function.asking import AskingFunction
from cgp_function.requests import Library
from cgp_harness.subject import Registered
from cgp_harness.task import Assignment


class TestedFunction:
    """`function(x, y)` is its value at these numbers or arrays.

    Raises:
        SubjectError: the student's code is at fault.
    """

    __test__ = False  # pytest: no class of tests

    def __init__(self, asking: AskingFunction, registered: Registered, _: Assignment) -> None:
        self._asking, self.name = asking, registered.name

    def __repr__(self) -> str:
        return self.name

    def __call__(
        self, *arguments: Any, shape: tuple[int, ...] | None = None, library: Library = "numpy"
    ) -> Any:
        """The value, in this shape; in that of the first argument if it is left out."""
        arrays = [np.asarray(one, np.float64) for one in arguments]
        value = self._asking.value(
            self.name, arrays, ["real"] * len(arrays), arrays[0].shape if shape is None else shape,
            library)
        return value if value.shape else float(value)


tested = TestedFunction
