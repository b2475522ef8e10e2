"""Is anything kept of the hyperparameters of a training before? The first one may have filled it.

Two processes are needed to see that, and a new one takes a moment. So it is asked only of a rule
that is wrong at the second values: one that kept the first cannot be right there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.verdict import expected
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT32, distance
from cgp_harness.subject import Trajectory

OTHERS = {"mu": 0.4, "rho": 0.35, "beta1": 0.3, "beta2": 0.6, "eps": 0.07}
RATES = {"lr": (0.11, 0.087)}
"""Far from those of `small_run`, below 1, and in no simple ratio: half of mu and half of lr are
easily the same step."""


@dataclass(frozen=True)
class Kept:
    """A run that gave other steps after one with other hyperparameters than in a new process."""

    run: Trajectory
    after: Floats
    alone: Floats


def kept(context: Context, run: Trajectory) -> Kept | None:
    """Ask the same at other values, and if that is wrong, ask it alone, and once more after `run`.

    The last, since a rule that only counts its calls goes another way then.

    Args:
        run: has been asked in this process.
    """
    other = replace(
        run, hyperparameters={**run.hyperparameters, **OTHERS}, schedule={**run.schedule, **RATES})
    after = answer_of(context, other)
    if after is None or _right(context, other, after):
        return None
    context.subject.restart()
    alone = answer_of(context, other)
    if alone is None or _same(alone, after):
        return None
    context.subject.restart()
    answer_of(context, run)
    again = answer_of(context, other)
    return Kept(other, after, alone) if again is not None and _same(again, after) else None


def _right(context: Context, run: Trajectory, answer: Floats) -> bool:
    return any(
        distance(answer, expected(context, convention, run)) < FLOAT32
        for convention in context.task.accept)


def _same(one: Floats, other: Floats) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))
