"""Of all small changes to a wrong rule's source, the simplest with which it is right.

The worker makes the changes and runs them; only numbers come from there, and nothing that is
expected goes there. A short run, a part of one that was asked before, sifts them. What is left must
be right on all that `update_rule` asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.checks import repairing
from cgp_harness.checks.repairing import Sieve
from cgp_harness.kinds.optimizer.asking import payload_of, whole_run
from cgp_harness.kinds.optimizer.checks.update_rule import holds
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import rounding, sensitivity
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, expected, tolerance
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import distance
from cgp_harness.probing.single_precision import float32_numbers
from cgp_harness.subject import Repair

FIXED_MAX = 8
"""Ways in which hyperparameters may be fixed in the code."""


@dataclass(frozen=True)
class Wanted:
    """What an answer may be: of one accepted convention, at what the code may fix.

    Args:
        contexts: of the rule, one for each way in which its code may fix hyperparameters.
        times: as in `Verdict`.
    """

    contexts: tuple[RuleContext, ...]
    times: float

    def fit(self, run: Trajectory, answers: Floats) -> list[bool]:
        """Which of the answers (count, T, D) to a run some convention explains."""
        found = np.zeros(len(answers), bool)
        for context in self.contexts:
            for one in context.specified.conventions:
                right = expected(context, one, run)
                verdict = Verdict((one,), times=self.times)
                found |= distance(answers, right) < tolerance(context, verdict, one, run, right)
        return [bool(one) for one in found]


def found(context: RuleContext) -> Repair | None:
    """The simplest change that makes the rule right, as the worker describes it; None if none does.

    Raises:
        SubjectError: the worker is gone.
    """
    runs = context.probes
    answers = [answer for run in runs if (answer := answer_of(context, run)) is not None]
    if len(answers) < len(runs):
        return None
    wanted = Wanted(tuple(_fixing(replace(context, learned={}), context)),
                    rounding.TIMES if float32_numbers(answers) else 0.0)
    return repairing.found(
        context.subject.changes(context.task.kind, context.task.id),
        _sieves(context, wanted, runs, answers),
        lambda: any(map(holds, wanted.contexts)))


def _fixing(plain: RuleContext, context: RuleContext) -> Iterator[RuleContext]:
    """The rule as it is, and with what it ignores fixed in its code."""
    yield plain
    ignored = context.learned.get("ignored", ())
    ways = [way for names in (ignored, *((name,) for name in ignored if len(ignored) > 1)) if names
            for way in sensitivity.may_be_fixed_at(context, names)]
    for way in ways[:FIXED_MAX]:
        yield replace(plain, fixed=way)


def _sieves(
    context: RuleContext, wanted: Wanted, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Iterator[Sieve]:
    """Short runs on which the rule is wrong; without moving parameters where a class does not look
    at them: half the time. Then all that decided so far."""
    of_class = context.rule.moves and not context.sees_parameter
    for run in _short(context, wanted, runs, answers):
        for moves in (False, True)[not of_class:]:
            yield _sieve(context, wanted, run, moves=moves)
    for run in runs:
        yield _sieve(context, wanted, run)


def _sieve(context: RuleContext, wanted: Wanted, run: Trajectory, *, moves: bool = True) -> Sieve:
    own, shape = context.translated(run), run.gradients.shape
    request = whole_run(
        context.task.id, own, context.arrays, writable=bool(context.in_place), moves=moves)
    return Sieve(
        request, payload_of(own.gradients, own.start), run.gradients.size,
        lambda answers: wanted.fit(run, answers.reshape(-1, *shape)))


def _short(
    context: RuleContext, wanted: Wanted, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Iterator[Trajectory]:
    """Up to the first wrong step, of one parameter if it is wrong alone; else the case that is."""
    for run, answer in zip(runs, answers, strict=True):
        cut = _up_to_wrong(wanted, run, answer)
        if cut is not None:
            singles = [run.part(((1,),), [number]) for number in range(run.gradients.shape[1])]
            shorter = [one for number, single in enumerate(singles)
                       if (one := _up_to_wrong(wanted, single, answer[:, [number]])) is not None]
            yield from sorted(shorter, key=lambda one: len(one.gradients))[:1]
            yield cut
            return
    if (case := context.learned.get("case")) is not None:
        yield case


def _up_to_wrong(wanted: Wanted, run: Trajectory, answer: Floats) -> Trajectory | None:
    for steps in range(1, len(answer) + 1):
        cut = run.up_to(steps)
        if wanted.fit(cut, answer[None, :steps]) == [False]:
            return cut
    return None
