"""A run asked step by step, in turns with another training of the same rule.

The other has other gradients, and other parameters where the rule looks at them; the grader moves
both.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.trainings.student_steps import handles
from cgp_harness.model import Floats


def by_turns(context: RuleContext, run: Trajectory) -> Floats:
    """The rule's answer to the run, (T, D); the other training takes each step first."""
    other = replace(
        run, gradients=-2.0 * run.gradients, start=None if run.start is None else -3.0 * run.start)
    mine, theirs = next(handles), next(handles)
    here, there = run.start, other.start
    rows = []
    for t in range(len(run.gradients)):
        there = _moved(there, _one_step(context, theirs, other, t, there))
        rows.append(_one_step(context, mine, run, t, here))
        here = _moved(here, rows[-1])
    return np.concatenate(rows)


def _moved(values: Floats | None, steps: Floats) -> Floats | None:
    return None if values is None else values - steps[0]


def _one_step(
    context: RuleContext, handle: int, run: Trajectory, t: int, values: Floats | None
) -> Floats:
    given = context.translated(run)
    hyper = dict(given.hyperparameters) | {key: row[t] for key, row in given.schedule.items()}
    return context.rules.step(
        handle, context.task.id, given.shapes, given.gradients[t], hyper, context.arrays,
        writable=bool(context.in_place), parameters=values,
    ).values
