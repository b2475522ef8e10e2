"""The values that an activation must have, where a solution answers its task; else any will do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cgp_harness.assignment.solution import of_text, once_a_task, place_of
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.activation.task import ActivationTask
from cgp_harness.model import Floats
from cgp_harness.registering.contract import Registered
from cgp_harness.task import Assignment

Values = Callable[[Floats], Floats]
TRIED = np.array([0.0, 0.5, -0.5, 6.5, -6.5, 1000.0, -1000.0])


@once_a_task
def specified(assignment: Assignment, task: ActivationTask) -> tuple[Values, ...]:
    """Numbers to their values, by each answer that counts as right; none where any activation does.

    Raises:
        HarnessError: an answer does not give the values of an activation.
    """
    if not assignment.solution:
        return ()
    solution = of_text(assignment.solution)
    if solution.own(task) is None:
        return ()
    answers = solution.answers(task)
    found = tuple(map(_values, answers.values()))
    for one, values in zip(answers.values(), found, strict=True):
        _require(one, values)
    return found


def _values(answer: Registered) -> Values:
    def values(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            both = answer.target(x)
        return np.asarray(both[0] if isinstance(both, tuple) else both, np.float64)

    return values


def _require(answer: Registered, values: Values) -> None:
    try:
        got = values(TRIED)
        if got.shape == TRIED.shape and np.isfinite(got).all():
            return
        what, where = f"gives {got.tolist()} at x = {TRIED.tolist()}", answer.where
    except Exception as error:
        what, where = f"raises {type(error).__name__}: {error}", place_of(error)
    raise HarnessError(
        f"{answer.name} {what}", where=where,
        expected="the value and the derivative of an array of numbers, finite up to 1,000")
