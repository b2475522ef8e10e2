"""A solution's function of arrays: what it computes, and where it can be called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.assignment.solution import answers_to, of_text
from cgp_harness.errors import HarnessError
from cgp_harness.model import Floats
from cgp_harness.probing.arrays import rounding, sizes
from cgp_harness.probing.arrays.axes import Array, Numbers, signature
from cgp_harness.probing.arrays.ground import Case, Ground
from cgp_harness.probing.arrays.integers import bounds
from cgp_harness.registering.places import where_is
from cgp_harness.task import Assignment, Task

Value = Callable[..., Floats]
"""Arrays of float64 to the value, as float64."""
Given = Callable[[Sequence[Floats], Sequence[Numbers]], Sequence[Any]]
"""Arrays of float64, and what each is of, to the arguments as a function gets them."""
ABSOLUTE = 1e-12
"""Other right forms may add and subtract numbers as large as the arguments."""


@dataclass(frozen=True, eq=False)
class ArrayFunction:
    """What is right, and where it is asked for.

    Args:
        values: by each answer that counts as right, the task's own first.
        derivative: that stands beside it in the solution; None if none does.
        arrays: the arguments.
        ground: what they are called with.
    """

    values: tuple[Value, ...]
    derivative: Value | None
    arrays: tuple[Array, ...]
    ground: Ground

    @property
    def numbers(self) -> tuple[Numbers, ...]:
        """Of what each argument is."""
        return tuple(one.numbers for one in self.arrays)

    def wrong(self, value: Value, case: Case, got: Floats, relative: float) -> NDArray[np.bool_]:
        """Which numbers of a value no right form computes.

        Args:
            value: what is right.
            case: the arguments.
            got: in the shape of their value.
            relative: by what share of itself a number may be off, besides what rounding the
                arguments changes.
        """
        largest = max((float(np.abs(one).max()) for one in case), default=1.0)
        near = relative * np.abs(value(*case)) + ABSOLUTE * max(1.0, largest)
        return rounding.wrong(value, [one == "real" for one in self.numbers], case, got, near)


def array_function(
    assignment: Assignment, task: Task, given: Given, shapes: tuple[sizes.Shapes, ...],
    magnitudes: tuple[float, float],
) -> ArrayFunction:
    """The answers to a task, as functions of arrays; a derivative is called `<id>_derivative`.

    Args:
        given: what makes the arguments.
        shapes: of the arguments, call by call; if there are none they follow from the signature.
        magnitudes: the smallest and the largest size of real numbers.

    Raises:
        HarnessError: there is no answer, or none that can be called.
    """
    answers = answers_to(assignment, task)
    own, *_ = targets = [one.target for one in answers.values()]
    arrays = signature(own, own.__name__, where_is(own)).arrays

    def value_of(target: Callable[..., Any]) -> Value:
        def value(*case: Floats) -> Floats:
            with np.errstate(all="ignore"):
                got = target(*given(case, [one.numbers for one in arrays]))
            return np.asarray(got.detach() if hasattr(got, "detach") else got, np.float64)

        return value

    values = tuple(map(value_of, targets))
    derivative = next((
        value_of(one.target) for one in of_text(assignment.solution).registered
        if (one.kind, one.name) == (task.kind, f"{task.id}_derivative")), None)

    def runs(case: Sequence[Floats]) -> object:
        return values[0](*case)

    shapes = shapes or sizes.shapes(arrays, runs)
    if not shapes:
        raise HarnessError(
            f"{own.__name__}() cannot be called at any of the sizes that were tried",
            where=where_is(own), expected="axes of which each may have any size, as long as all of "
            "one name are equal", fix="name the shapes in the task: `shapes = [[[3], [3]]]`")
    return ArrayFunction(
        values, derivative, arrays, Ground(shapes, bounds(arrays, shapes[:2], runs), magnitudes))
