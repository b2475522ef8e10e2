"""Trainings of the specified rule, asked of a submission in one request instead of step by step.

The grader trains the specified rule itself, and sends a recognised rule all the gradients of that
training at once. As long as every step is the specified one, the two trainings are one: the next
gradient would have been the same. So the curve is the specified rule's, and each of its steps was
asked for. What differs anywhere is trained step by step.

Such a sequence betrays the specified steps to whoever can invert the problem's gradient. So it is
sent only to a rule that has given the right ones on a longer sequence of drawn gradients.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.long_run import LONG
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.trainings.runs import Training
from cgp_harness.kinds.optimizer.trainings.student_steps import Entrant, elementwise
from cgp_harness.model import Floats
from cgp_harness.probing.devices import CPU
from cgp_harness.subject import SubjectError

PART = 32
"""Steps that are compared at a time, 0.15 MB: of millions of numbers, half the time of all at once.
"""


def may_be_foreseen(context: RuleContext) -> bool:
    """Whether the rule is recognised in float64, and moves each number as if it were alone."""
    learned = context.learned
    return (
        "convention" in learned and bool(learned.get("precise")) and elementwise(context)
        and context.device is CPU)


def follows(entrant: Entrant, trainings: Sequence[Training]) -> bool:
    """Whether every step of the rule is the specified one, in trainings from the same seeds.

    Trainings that are over sooner give their last gradient on and on.
    """
    length = max(len(one.steps) for one in trainings)
    if length > LONG:
        return False  # the drawn gradients were fewer
    gradients, start = _asked(tuple(trainings), length)
    if not np.isfinite(gradients).all():
        return False
    run = Trajectory(
        (gradients.shape[1:],), gradients.reshape(length, -1), entrant.hyperparameters, start=start)
    try:
        answer = entrant.context.answer(run).reshape(gradients.shape)
    except SubjectError:
        return False  # it is shown where it happens, step by step
    begin = 0
    for one in trainings:
        steps, size = one.steps, one.steps.shape[1]
        for at in range(0, len(steps), PART):
            part = steps[at:at + PART]
            off = np.abs(answer[at:at + len(part), begin:begin + size] - part)
            if not (off.max(axis=0) <= one.room).all():
                return False
        begin += size
    return True


# The same for all submissions, 10 ms each: 55 MB of four rules in both conventions.
@lru_cache(maxsize=16)
def _asked(trainings: tuple[Training, ...], length: int) -> tuple[Floats, Floats]:
    """Gradients and starts, (T, D, S) and (D * S,), of all of them side by side."""
    gradients = np.concatenate([_lengthened(one.gradients, length) for one in trainings], axis=1)
    gradients.setflags(write=False)
    return gradients, np.concatenate([one.start for one in trainings]).ravel()


def _lengthened(gradients: Floats, length: int) -> Floats:
    if len(gradients) == length:
        return gradients
    rest = np.repeat(gradients[-1:], length - len(gradients), axis=0)
    return np.concatenate([gradients, rest])
