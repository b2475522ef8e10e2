"""Does each number of a parameter move as if it were alone, whatever the parameter's shape?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cgp_harness.kinds.optimizer.checks.violation import REGROUPED, Violation
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import distance

SHAPE = "shape"
OF_SHAPE = (
    "The same numbers move differently in a parameter of another shape: the rule looks at the "
    "shape (how many axes it has, how long they are). Each number should move as if it were alone.")


def locality(context: RuleContext, run: Trajectory, first: Floats) -> Violation | None:
    """The relation that does not hold: the neighbours' numbers, or the shape, make a difference."""
    if context.arrays == "scalar":
        return None  # one number at a time cannot look at others
    message = (
        "A number moves differently when its neighbours in the same parameter change: the rule "
        f"mixes the elements of the gradient{' or of p' * context.sees_parameter} (a mean, a norm, "
        "a maximum)."
    )
    nudged = run.gradients.copy()
    nudged[1, 0] *= -3.0
    start = None if run.start is None else run.start * ([-3.0] + [1.0] * (len(run.start) - 1))
    moved = replace(run, gradients=nudged, start=start)
    got = context.answer(moved)
    if distance(got[:, 1:], first[:, 1:]) > REGROUPED:
        # The nudged number itself may move; only its neighbours are compared.
        expected = np.column_stack([got[:, :1], first[:, 1:]])
        return Violation("locality", message, moved, got, expected, leak=False)
    size = run.gradients.shape[1]
    for shape in ((size,), (2, size // 2)):
        joined = replace(run, shapes=(shape,))
        got = context.answer(joined)
        if distance(got, first) > REGROUPED:
            mixed = _looks_at_others(context, joined, got)
            relation, said = ("locality", message) if mixed else (SHAPE, OF_SHAPE)
            return Violation(relation, said, joined, got, first, leak=False)
    return None


def _looks_at_others(context: RuleContext, run: Trajectory, answer: Floats) -> bool:
    """Whether the first number of a single parameter moves otherwise beside far smaller or larger
    ones."""
    for times in (-1e-3, 50.0):
        changed = np.where(np.arange(run.gradients.shape[1]) > 0, times, 1.0)
        beside = context.answer(replace(
            run, gradients=run.gradients * changed,
            start=None if run.start is None else run.start * changed))
        if distance(beside[:, :1], answer[:, :1]) > REGROUPED:
            return True
    return False
