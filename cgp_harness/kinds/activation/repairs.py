"""Where a wrong activation is wrong: the change to its source that makes it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from cgp_harness.checks.mended import WRONG, mended
from cgp_harness.checks.repairing import Sieve, found
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.other_values import other_values
from cgp_harness.kinds.activation.checks.points import evaluate, points
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.requests import Activate
from cgp_harness.kinds.activation.specified import specified
from cgp_harness.model import CheckResult, Diagnosis, Floats, Status
from cgp_harness.subject import SubjectError

FEW = slice(5, None, 12)
"""Of the numbers that are asked, those that sift."""
BESIDE, ROUGHLY, AT_MOST = 1e-5, 1e-3, 0.1
"""A slope is taken so far on both sides, and compared to within so much; at so many numbers it may
be another: there are kinks."""


def with_repairs(
    context: ActivationContext, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By check, its diagnosis with the place; nothing where none is found.

    Args:
        context: after all checks.
        results: of the task's checks.

    Raises:
        SubjectError: the worker is gone.
    """
    result = results.get("activation")
    if result is None or result.status not in WRONG:
        return {}
    x = points(context.seed)
    with np.errstate(all="ignore"):
        one = found(
            context.subject.changes(context.task.kind, context.task.id),
            [_sieve(context, x[FEW]), _sieve(context, x)],
            lambda: activation(replace(context, learned={})).status is Status.PASSED)
    said = mended(context, result, one)
    return {"activation": said} if said else {}


def _sieve(context: ActivationContext, x: Floats) -> Sieve:
    """Right values, or those that it has, if none are specified; the derivative is their slope."""
    asked = np.concatenate([x, x - BESIDE, x + BESIDE])
    own = None if specified(context.assignment, context.task) else _values(context, x)

    def fits(answers: Floats) -> list[bool]:
        return [_fits(*row.reshape(2, 3, len(x))) for row in answers]

    def _fits(values: Floats, derivatives: Floats) -> bool:
        at, below, above = values
        slope = (above - below) / (2 * BESIDE)
        off = ~(np.abs(derivatives[0] - slope) <= ROUGHLY * (1 + np.abs(slope)))
        if off.mean() > AT_MOST:
            return False
        if own is not None:
            return bool(np.allclose(at, own, rtol=1e-9, atol=1e-12))
        answer = Evaluated(at, derivatives[0], ("float64", "float64"))
        return other_values(context, x, answer) is None

    return Sieve(Activate(context.task.id, asked.shape), asked.tobytes(), 2 * len(asked), fits)


def _values(context: ActivationContext, x: Floats) -> Floats | None:
    """Its own; None if it has none."""
    try:
        return evaluate(context, x).value
    except SubjectError:
        return None
