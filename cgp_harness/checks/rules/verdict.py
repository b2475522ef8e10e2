"""Which conventions are still possible after some runs, and how exact the arithmetic is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.checks.rules import oracle, sensitivity
from cgp_harness.diagnosis.distance import distance
from cgp_harness.model import Floats
from cgp_harness.subject import Trajectory


@dataclass(frozen=True)
class Verdict:
    """Conventions that no run has contradicted, and the largest error of the nearest of them."""

    conventions: tuple[str, ...]
    error: float = 0.0


def narrowed(
    context: Context, verdict: Verdict, run: Trajectory, answer: Floats, tolerance: float
) -> Verdict:
    """The verdict after one more run: one convention must hold throughout."""
    errors = {
        one: float(distance(answer, expected(context, one, run))) for one in verdict.conventions
    }
    left = tuple(one for one, error in errors.items() if error < tolerance)
    # With several conventions still possible, the nearest says how exact the arithmetic is.
    worst = max(verdict.error, min((errors[one] for one in left), default=float("inf")))
    return Verdict(left, worst)


def expected(context: Context, convention: str, run: Trajectory) -> Floats:
    """The right steps, at the values that the code fixes where it fixes some."""
    with np.errstate(all="ignore"):
        return oracle.steps(
            context.task.family, convention, sensitivity.with_fixed(run, context.fixed))
