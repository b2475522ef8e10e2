"""What may be wrong with an activation that a solution answers: small changes to its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.assignment.solution import answers_to, once_a_task
from cgp_harness.assignment.written_mistakes import require_fit, require_wrong, written
from cgp_harness.checks.known import Known, described, of_homework
from cgp_harness.kinds.activation.checks.elementwise import MISTAKES
from cgp_harness.kinds.activation.checks.points import points
from cgp_harness.kinds.activation.diagnosis.derivative import IN_ACTIVATIONS
from cgp_harness.kinds.activation.diagnosis.examples import EXAMPLES, Example
from cgp_harness.kinds.activation.diagnosis.hints import OF_ACTIVATIONS
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.specified import specified
from cgp_harness.kinds.activation.task import ActivationTask
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.case import Case
from cgp_harness.probing.variants.of_values import OfValues, Value
from cgp_harness.probing.variants.variants import Variant, Variants
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

    def example(self, of: str, one: Variant) -> Example | None:
        """A variant at the first of X at which it differs."""
        parts = (self.values, self.derivatives)

        def right(x: Floats) -> tuple[Floats, Floats]:
            return parts[0].right(x), parts[1].right(x)

        def wrong(x: Floats) -> tuple[Floats, Floats]:
            return parts[0].of(one.answer)(x), parts[1].of(one.answer)(x)

        differs = np.any([off(part.right, X, got)
                          for part, got in zip(parts, wrong(X), strict=True)], axis=0)
        return Example(of, right, wrong, (float(X[np.argmax(differs)]),)) if any(differs) else None


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


def known(assignment: Assignment, task: ActivationTask) -> Iterator[Known]:
    """Those of the homework, and those that any activation may make, each with a case if numbers
    show it."""
    for one in of_homework(assignment, task):
        yield replace(one, case=partial(_case, assignment, task, one.id))
    for one in described({**MISTAKES, **IN_ACTIVATIONS}, OF_ACTIVATIONS):
        example = EXAMPLES.get(one.id)
        yield one if example is None else replace(one, case=example.case)


def _case(assignment: Assignment, task: ActivationTask, flag: str) -> Case | None:
    """Of a mistake that an instructor has named, at the first x at which it shows."""
    shown = (found.example(task.id, one) for found in mistakes(assignment, task)
             for one in found.values.variants.written if one.id == flag)
    return next((one.case() for one in shown if one is not None), None)


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
