"""`update_rule`: is it the specified rule? Open-loop probes, against the right answer's steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.optimizer.checks.cause import raised
from cgp_harness.kinds.optimizer.checks.failing import Failing
from cgp_harness.kinds.optimizer.checks.spellings import spare
from cgp_harness.kinds.optimizer.checks.wrong_rule import elsewhere, wrong
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.kind import OPTIMIZER
from cgp_harness.kinds.optimizer.probes import cases, rounding, sensitivity
from cgp_harness.kinds.optimizer.probes.counterexample import counterexample
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.float32_in_part import in_part
from cgp_harness.kinds.optimizer.probes.ground import Probe, from_elsewhere, ground
from cgp_harness.kinds.optimizer.probes.held import in_code
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.probes.probes import volume_run
from cgp_harness.kinds.optimizer.probes.verdict import (
    Verdict,
    expected,
    fixed_values,
    foreknow,
    is_asked,
    judged,
    narrowed,
)
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.distance import within
from cgp_harness.probing.flag import FLOAT32_ARITHMETIC
from cgp_harness.subject import SubjectError

VOLUME = 5000
SCALAR_VOLUME = 64
"""A rule that takes one number at a time pays a call for each."""
PARTS = 5
"""In which a rule must be right if it is their number that it is wrong for."""


def update_rule(context: RuleContext) -> Outcome:
    """Probes that name mistakes, then the declared ground, then drawn cases over structure.

    One accepted convention must hold throughout. Hyperparameters that are fixed in the code are
    judged by `hyperparameters`; here the rule is compared at the values it uses. Later checks
    learn which those are, in `learned["convention"]` which convention holds, if one does, and in
    `learned["precise"]` whether it holds in float64.
    """
    context = replace(context, fixed=in_code(context))
    runs = context.probes
    try:
        answers = [context.answer(run) for run in runs]
        unused = sensitivity.ignored(context, runs, answers)
        fixed = {**context.fixed, **fixed_values(context, unused, runs, answers)}
        outcome = _judged(
            replace(context.knowing({"ignored": tuple(unused)}), fixed=fixed), runs, answers)
    except SubjectError as error:
        return stopped(error.problem)
    learned = {"ignored": tuple(unused), "fixed": fixed, **outcome.learned}
    return replace(outcome, learned=learned)


def holds(context: RuleContext) -> bool:
    """Whether the rule is right on all of that, with the hyperparameters fixed as in the context.

    Raises:
        SubjectError: its worker is gone.
    """
    runs = context.probes
    answers = [answer for run in runs if (answer := answer_of(context, run)) is not None]
    if len(answers) < len(runs):
        return False
    verdict = _on_probes(context, runs, answers)
    found = _throughout(context, verdict)[1] if verdict.conventions else None
    return isinstance(found, Verdict) and (
        not found.times or context.assignment.precision == "any")


def _on_probes(
    context: RuleContext, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Verdict:
    verdict = judged(context, runs, answers)
    if verdict.times == rounding.TIMES_UNSEEN:
        verdict = in_part(context, verdict, runs, answers)
    return verdict


def _judged(
    context: RuleContext, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Outcome:
    verdict = _on_probes(context, runs, answers)
    if not verdict.conventions:
        return wrong(context, runs, answers)
    asked, found = _throughout(context, verdict)
    if isinstance(found, Failing):
        return elsewhere(asked, found)
    if isinstance(found, Outcome):
        return found
    precise = not found.times
    outcome = passed(_fixed_note(context)) if precise else (
        _in_single_precision(context, found, runs, answers))
    return replace(outcome, learned={
        "convention": found.conventions[0], "precise": precise})


def _throughout(
    context: RuleContext, verdict: Verdict
) -> tuple[RuleContext, Verdict | Failing | Outcome]:
    """What holds after all runs; and how it was asked at last."""
    probes = tuple(_probes(context))
    foreknow(context, probes)
    found = _further(context, verdict, probes)
    if isinstance(found, Verdict) and context.rule.moves and not context.sees_parameter:
        context = replace(context, placed=True)
        found = _further(context, found, [from_elsewhere()])
    return context, found


def _further(
    context: RuleContext, verdict: Verdict, probes: Iterable[Probe]
) -> Verdict | Failing | Outcome:
    """What holds on all these runs; else the first that no convention explains, or that raises.

    Where a rule is off for the first time, that may be float32, whose error the runs before hid.
    """
    after = verdict
    for probe in probes:
        if not is_asked(context, probe):
            continue
        try:
            answer = _answered(context, probe)
        except SubjectError as error:
            if error.kind not in ("raised", "contract"):
                raise
            if _may_refuse(context, probe, error):
                continue
            return raised(context, error.problem, probe)
        after, before = narrowed(context, after, probe, answer), after
        if not after.conventions and not before.times:
            single = replace(before, times=rounding.TIMES_UNSEEN)
            after = in_part(
                context, narrowed(context, single, probe, answer), [probe.run], [answer])
        if not after.conventions:
            return Failing(probe, answer, before)
    return after


def _may_refuse(context: RuleContext, probe: Probe, error: SubjectError) -> bool:
    return bool(probe.refusals and re.search(
        probe.refusals, error.problem.python_says)) and all(
        answer_of(context, run) is None for run in probe.refused_as)


def _probes(context: RuleContext) -> Iterator[Probe]:
    scalar = context.arrays == "scalar"
    yield from ground(
        tuple(context.specified.hyperparameters.items()), groups=context.rule.groups)
    yield long_run(context.seed, few=scalar)
    yield _volume(context.seed, SCALAR_VOLUME if scalar else VOLUME)
    yield from _short(context.seed)


# One and the same for all submissions, which then share what is right there.
@lru_cache(maxsize=4)
def _volume(seed: int, numbers: int) -> Probe:
    volume = volume_run(seed, numbers)
    return Probe(volume, f"on {numbers:,} numbers at once", tuple(
        volume.part(((len(part),),), slice(int(part[0]), int(part[-1]) + 1))
        for part in np.array_split(np.arange(numbers), PARTS)))


@lru_cache(maxsize=4)
def _short(seed: int) -> tuple[Probe, ...]:
    return tuple(Probe(case, "") for case in cases.short_run(seed))


def _answered(context: RuleContext, probe: Probe) -> Floats:
    """The rule's answer to a probe; `relations` has asked for that of the long run."""
    known: tuple[Probe, Floats] | None = context.learned.get("long_run")
    if known is not None and known[0] is probe:
        return known[1]
    return context.answer(probe.run)


def _in_single_precision(
    context: RuleContext, verdict: Verdict, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Outcome:
    numbers = sum(answer.size for answer in answers)
    diagnosis = Diagnosis(
        (FLOAT32_ARITHMETIC.id,),
        f"Your update is right to float32 precision (within {within(verdict.error)} on {numbers} "
        "numbers); the harness passes float64.",
        verdict.error,
    )
    if context.assignment.precision == "any":
        return passed(_fixed_note(context), diagnosis=diagnosis)
    return failed(
        "This assignment asks for float64 arithmetic.", diagnosis=diagnosis,
        counterexample=counterexample(
            context, runs[0], answers[0], expected(context, verdict.conventions[0], runs[0])))


def _fixed_note(context: RuleContext) -> str:
    if not context.fixed:
        return ""
    listed = ", ".join(f"{name} = {value:g}" for name, value in context.fixed.items())
    how = "which no argument of that name changes" if spare(context) else "which the code fixes"
    return f"Right with {listed}, {how}; see {OPTIMIZER.quoted('hyperparameters')}."
