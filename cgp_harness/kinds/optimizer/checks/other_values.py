"""Is anything kept of the hyperparameters of a training before? The first one may have filled it.

Two processes are needed to see that, and a new one takes a moment. So it is asked only of a rule
that is wrong at the second values: one that kept the first cannot be right there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.verdict import as_read, expected
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT32, distance

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


def kept(context: RuleContext, run: Trajectory) -> Kept | None:
    """Ask the same at other values; if that is wrong, alone and after `run`, each in a new process.

    Not before in this one: the rule has been asked for much here, and may have counted its calls.
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
    after = answer_of(context, other)
    if after is None or _same(alone, after):
        return None
    context.subject.restart()
    again = answer_of(context, other)
    # Else each process gives something else: drawn when the file is imported, not remembered.
    return Kept(other, after, alone) if again is not None and _same(alone, again) else None


def _right(context: RuleContext, run: Trajectory, answer: Floats) -> bool:
    rights = [expected(context, one, run) for one in context.specified.conventions]
    return any(distance(as_read(context, run, answer, one), one) < FLOAT32 for one in rights)


def _same(one: Floats, other: Floats) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))
