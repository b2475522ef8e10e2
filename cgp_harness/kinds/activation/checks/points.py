"""At which numbers an activation is asked, and how its answers there are named in messages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.kinds.activation.questions import Evaluated, activations
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

SPECIAL = (0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 2.5, -2.5, 3.0, -3.0, 6.0, -6.0)
"""Where activations in use have kinks: ReLU at 0, ReLU6 at 6, the hard sigmoid at 2.5 or 3."""
BESIDE = 1e-3
"""So near to these numbers others are asked, on both sides. Nearer than 2^-10, differences would
reach over the kink."""
ORDINARY, EVERY, OFFSET = 6.5, 0.02, 0.00618033988749895
"""Up to here there is a number in every interval that is so long. None is a round one, since what
rounds x is right there: the offset keeps them away from all multiples of 0.005."""
FAR, RATIO = 1e3, 1.025
"""A sum of weighted inputs may be as large as this before a network is beyond help; up to there
each number is so many times the one before."""
SMALLEST, SMALL_ONES = 1e-9, 22
"""From there to 0.01, three to a decade: a formula for small x may be another one."""
MORE_COMMON, MORE_LARGE = 20, 10
"""Drawn from the seed, on top."""
_STREAM = 8
"""Second word of the seed; the probes draw with 1 to 3, the trainings with 5 to 7."""


def points(seed: int) -> Floats:
    """Numbers that leave no gap up to 1,000, both ends included; no two of them equal.

    Tenths come first, to be read; the others have all their digits. A fault that is wider than
    EVERY, or beyond ORDINARY than its numbers times RATIO - 1, is seen with every seed.
    """
    special = np.array(SPECIAL)
    given = np.concatenate([
        special, [FAR, -FAR], _tenths(), special - BESIDE, special + BESIDE, _even(),
        *(sign * sizes for sizes in (_far(), np.geomspace(SMALLEST, 1e-2, SMALL_ONES))
          for sign in (1, -1)),
        _drawn(seed)])
    return np.array(list(dict.fromkeys(given.tolist())))


def _tenths() -> Floats:
    return np.asarray(np.arange(-10 * ORDINARY, 10 * ORDINARY + 1) / 10)


def _even() -> Floats:
    last = round(ORDINARY / EVERY)
    return np.asarray(np.arange(-last - 1, last + 1) * EVERY + OFFSET)


def _far() -> Floats:
    count = 1 + int(np.ceil(np.log(FAR / ORDINARY) / np.log(RATIO)))
    return np.geomspace(ORDINARY, FAR, count)[:-1]


def _drawn(seed: int) -> Floats:
    draw = np.random.default_rng([seed + 1, _STREAM])
    near = draw.uniform(-6, 6, MORE_COMMON).round(3)
    signs = draw.choice([-1.0, 1.0], MORE_LARGE)
    return np.concatenate([near, (signs * 10 ** draw.uniform(0.8, 3, MORE_LARGE)).round(1)])


def evaluate(context: Context, x: Floats) -> Evaluated:
    """The student's activation at `x`.

    Raises:
        SubjectError: with the shape of x, where it is not the usual one and not said.
    """
    try:
        return activations(context.subject).evaluate(context.task.id, x)
    except SubjectError as error:
        if (x.ndim == 1 and x.size > 1) or "of shape" in error.problem.python_says:
            raise
        shown = f"{error.problem.what} (x of shape {x.shape})"
        raise SubjectError(replace(error.problem, what=shown), error.kind) from error


def number(value: float) -> str:
    """A number as people write it, with as many digits as a float64 may be told apart by eye."""
    return f"{value + 0.0:.10g}"  # -0 is 0
