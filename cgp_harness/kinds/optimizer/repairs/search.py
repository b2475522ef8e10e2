"""Of all small changes to a wrong rule's source, the simplest with which it is right.

The worker makes the changes and runs them; only numbers come from there, and nothing that is
expected goes there. A short run, a part of one that was asked before, sifts them. What is left must
be right on all that `update_rule` asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.kinds.optimizer.checks.update_rule import holds
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import rounding, sensitivity
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, expected, tolerance
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.requests import Candidate
from cgp_harness.model import Floats
from cgp_harness.probing.distance import distance
from cgp_harness.probing.single_precision import float32_numbers

AT_ONCE = 250
"""Candidates in one request: some 30 ms."""
MOST, LEFT, WHOLE = 5000, 250, 8
"""That are sifted, of which so many are asked for longer runs, and of these so many for all."""
NOISE = 1e-3
"""By which a rule that draws at random may differ from itself."""
FIXED_MAX = 8
"""Ways in which hyperparameters may be fixed in the code."""


@dataclass(frozen=True)
class Sieve:
    """A short run on which the rule is wrong; `moves`: see `questions.Rules.candidates`."""

    run: Trajectory
    moves: bool = True


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


def found(context: RuleContext) -> Candidate | None:
    """The simplest change that makes the rule right, as the worker describes it; None if none does.

    Raises:
        SubjectError: the worker is gone.
    """
    runs = diagnosis_probes(context.seed)
    answers = [answer for run in runs if (answer := answer_of(context, run)) is not None]
    if len(answers) < len(runs):
        return None
    wanted = Wanted(tuple(_fixing(replace(context, learned={}), context)),
                    rounding.TIMES if float32_numbers(answers) else 0.0)
    # A class is sifted without moving parameters where that makes no difference: half the time.
    of_class = context.rule.form == "torch" and not context.sees_parameter
    sieve = next((sieve for run in _sieves(context, wanted, runs, answers)
                  for sieve in [Sieve(run, moves=False)] * of_class + [Sieve(run)]
                  if _shows(context, wanted, sieve)), None)
    if sieve is None:
        return None
    whole = 0
    for left, number in enumerate(_sifted(context, wanted, sieve), start=1):
        for one in wanted.contexts:
            changed = replace(one, candidate=number)
            if _fits_all(changed, wanted, runs):
                whole += 1
                if holds(changed):
                    return context.rules.candidate(context.task.id, number)
        if left >= LEFT or whole >= WHOLE:
            return None
    return None


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
) -> Iterator[Trajectory]:
    """Short runs on which the rule is wrong: up to the first wrong step, of one parameter if it is
    wrong alone."""
    for run, answer in zip(runs, answers, strict=True):
        cut = _up_to_wrong(wanted, run, answer)
        if cut is None:
            continue
        singles = [run.part(((1,),), [number]) for number in range(run.gradients.shape[1])]
        shorter = [one for number, single in enumerate(singles)
                   if (one := _up_to_wrong(wanted, single, answer[:, [number]])) is not None]
        yield from sorted(shorter, key=lambda one: len(one.gradients))[:1]
        yield cut
    if (case := context.learned.get("case")) is not None:
        yield case


def _up_to_wrong(wanted: Wanted, run: Trajectory, answer: Floats) -> Trajectory | None:
    for steps in range(1, len(answer) + 1):
        cut = run.up_to(steps)
        if wanted.fit(cut, answer[None, :steps]) == [False]:
            return cut
    return None


def _shows(context: RuleContext, wanted: Wanted, sieve: Sieve) -> bool:
    """Whether its source does what the rule does, and that is wrong."""
    own = answer_of(context, sieve.run)
    answers, count = _asked(context, sieve, 1, 1)
    same = own is not None and np.allclose(answers[0], own, rtol=NOISE, atol=0, equal_nan=True)
    return same and count > 1 and wanted.fit(sieve.run, answers) == [False]


def _sifted(context: RuleContext, wanted: Wanted, sieve: Sieve) -> Iterator[int]:
    first, last = 2, 2
    while first <= min(last, MOST):
        answers, last = _asked(context, sieve, first, AT_ONCE)
        yield from (first + at for at, fits in enumerate(wanted.fit(sieve.run, answers)) if fits)
        first += AT_ONCE


def _fits_all(context: RuleContext, wanted: Wanted, runs: Sequence[Trajectory]) -> bool:
    return all(
        (answer := answer_of(context, run)) is not None and wanted.fit(run, answer[None]) == [True]
        for run in runs)


def _asked(context: RuleContext, sieve: Sieve, first: int, count: int) -> tuple[Floats, int]:
    return context.rules.candidates(
        context.task.id, context.translated(sieve.run), first, count, context.arrays,
        writable=bool(context.in_place), moves=sieve.moves)
