"""What may be wrong with an activation that a solution answers: small changes to its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.assignment.solution import answers_to, once_a_task
from cgp_harness.assignment.written_mistakes import require_fit, require_wrong, written
from cgp_harness.kinds.activation.checks.points import points
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.specified import specified
from cgp_harness.kinds.activation.task import ActivationTask
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.variants.of_values import OfValues, Value
from cgp_harness.probing.variants.variants import Variants
from cgp_harness.task import Assignment

X = points(0)
"""Where mistakes are told apart, in every run."""
RELATIVE, ABSOLUTE = 1e-9, 1e-12
ROUNDINGS = 8.0
"""A right form is off by so many times what one rounding of x changes, at most."""


@dataclass(frozen=True, eq=False)
class Mistakes:
    """Of one right answer."""

    values: OfValues
    derivatives: OfValues

    def of_value(self, at: Evaluated) -> Diagnosis:
        """What explains the values at X; no flags if nothing does."""
        return self.values.named([at.value], "Your value")

    def of_derivative(self, at: Evaluated) -> Diagnosis:
        """What explains the derivatives at X."""
        return self.derivatives.named([at.derivative], "Your derivative")


def off(value: Value, x: Floats, got: Floats) -> NDArray[np.bool_]:
    """Which numbers no right form of a function computes."""
    right = value(x)
    moved = np.max([np.abs(value(np.nextafter(x, way)) - right) for way in (-np.inf, np.inf)], 0)
    room = RELATIVE * np.abs(right) + ABSOLUTE + ROUNDINGS * np.nan_to_num(moved)
    return np.asarray(~(np.abs(got - right) <= room))


@once_a_task
def mistakes(assignment: Assignment, task: ActivationTask) -> tuple[Mistakes, ...]:
    """Of each answer that counts as right; none where any activation does.

    Raises:
        HarnessError: an answer is no activation, or a mistake of `mistakes.toml` is none.
    """
    if not specified(assignment, task):
        return ()
    named = written(assignment, task)
    found = tuple(
        _mistakes(assignment, one.target, Variants(one.target, assignment.solution, named))
        for one in answers_to(assignment, task).values())
    require_fit([one.values.variants.unfit for one in found])
    require_wrong([(each.variants, each.is_wrong) for one in found
                   for each in (one.values, one.derivatives)])
    return found


def _mistakes(assignment: Assignment, target: Any, variants: Variants) -> Mistakes:
    def of_part(which: int) -> OfValues:
        return OfValues(
            variants, _part(which, target), partial(_part, which),
            lambda value, case, got: off(value, case[0], got), ((X,),), assignment.reveal)

    return Mistakes(of_part(0), of_part(1))


def _part(which: int, answer: Callable[[Floats], Any]) -> Value:
    """An activation's value, or its derivative."""
    def part(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            found = np.asarray(answer(x)[which], np.float64)
        return np.broadcast_to(found, x.shape)

    return part
