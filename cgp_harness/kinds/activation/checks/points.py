"""At which numbers an activation is asked, and how its answers there are named in messages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

SPECIAL = (0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 6.0, -6.0)
"""Where activations in use have their kinks: ReLU at 0, ReLU6 at 6, the hard sigmoid at 3."""
SMALL = (1e-6, -1e-6, 1e-9, -1e-9)
COMMON, LARGE, FINE = 60, 30, 8
"""The same in every run."""
MORE_COMMON, MORE_LARGE = 20, 10
"""Drawn from the seed, on top."""
FAR = 1e3
"""A sum of weighted inputs may be as large as this before a network is beyond help."""
_STREAM = 8
"""Second word of the seed; the probes draw with 1 to 3, the trainings with 5 to 7."""


def points(seed: int) -> Floats:
    """Numbers up to 6 in size, then up to 1,000, both ends included; no two of them equal.

    Most have few digits, to be read; some have all, since what rounds x is right at the others.
    """
    fixed, drawn = _drawn(0, COMMON, LARGE), _drawn(seed + 1, MORE_COMMON, MORE_LARGE)
    fine = np.random.default_rng([0, _STREAM, FINE]).uniform(-3, 3, FINE)
    given = np.concatenate([SPECIAL, fixed, [FAR, -FAR], SMALL, fine, drawn])
    return np.array(list(dict.fromkeys(given.tolist())))


def _drawn(seed: int, common: int, large: int) -> Floats:
    draw = np.random.default_rng([seed, _STREAM])
    near = draw.uniform(-6, 6, common).round(3)
    far = (draw.choice([-1.0, 1.0], large) * 10 ** draw.uniform(0.8, 3, large)).round(1)
    return np.concatenate([near, far])


def evaluate(context: Context, x: Floats) -> Evaluated:
    """The student's activation at `x`.

    Raises:
        SubjectError: with the shape of x, where it is not the usual one and not said.
    """
    try:
        return context.subject.activations.evaluate(context.task.id, x)
    except SubjectError as error:
        if (x.ndim == 1 and x.size > 1) or "of shape" in error.problem.what:
            raise
        shown = f"{error.problem.what} (x of shape {x.shape})"
        raise SubjectError(replace(error.problem, what=shown), error.kind) from error


def number(value: float) -> str:
    """A number as people write it, with as many digits as a float64 may be told apart by eye."""
    return f"{value + 0.0:.10g}"  # -0 is 0
