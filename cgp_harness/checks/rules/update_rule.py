"""`update_rule`: is it the specified rule? Open-loop probes against the closed-form oracle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.checks.rules import cases, sensitivity
from cgp_harness.checks.rules.counterexample import counterexample
from cgp_harness.checks.rules.probes import diagnosis_probes, volume_run
from cgp_harness.checks.rules.verdict import Verdict, expected, narrowed
from cgp_harness.checks.rules.wrong_rule import wrong
from cgp_harness.diagnosis.distance import FLOAT32, FLOAT64, distance
from cgp_harness.diagnosis.flag import FLOAT32_ARITHMETIC
from cgp_harness.diagnosis.rules.diagnose import within
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.subject import SubjectError, Trajectory

VOLUME = 4096
SCALAR_VOLUME = 64
"""A rule that takes one number at a time pays a call for each."""
FLOAT32_VOLUME = 1e-2
"""Random magnitudes over eight decades cost float32 more digits than the probes do."""


def update_rule(context: Context) -> Outcome:
    """Probes first, then many numbers at once, then Hypothesis cases over structure.

    One accepted convention must hold throughout. Hyperparameters that are fixed in the code are
    judged by `hyperparameters`; here the rule is compared at the values it uses. Later checks
    learn which those are, in `learned["convention"]` which convention holds, if one does, and in
    `learned["precise"]` whether it holds in float64.
    """
    runs = diagnosis_probes(context.seed)
    try:
        answers = [context.answer(run) for run in runs]
        unused = sensitivity.ignored(context, runs, answers)
        fixed = sensitivity.fixed_values(context, unused, answers) if unused else {}
        outcome = _judged(replace(context, fixed=fixed), runs, answers)
    except SubjectError as error:
        return stopped(error.problem)
    learned = {"ignored": tuple(unused), "fixed": fixed, **outcome.learned}
    return replace(outcome, learned=learned)


def _judged(
    context: Context, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Outcome:
    verdict = Verdict(context.task.accept)
    for run, answer in zip(runs, answers, strict=True):
        verdict = narrowed(context, verdict, run, answer, FLOAT32)
    if not verdict.conventions:
        return wrong(context, runs, answers, None)
    precise = verdict.error < FLOAT64
    if (failing := _further(context, verdict, precise=precise)) is not None:
        return wrong(context, runs, answers, failing)
    outcome = passed(_fixed_note(context)) if precise else (
        _in_single_precision(context, verdict, runs, answers))
    return replace(outcome, learned={
        "convention": verdict.conventions[0], "precise": precise})


def _further(context: Context, verdict: Verdict, *, precise: bool) -> Trajectory | None:
    """The first further run that no convention explains."""
    volume = volume_run(
        context.seed, SCALAR_VOLUME if context.arrays == "scalar" else VOLUME)
    answer = context.answer(volume)
    after = narrowed(context, verdict, volume, answer, FLOAT64 if precise else FLOAT32_VOLUME)
    if not after.conventions:
        return _worst_number(context, verdict.conventions[0], volume, answer)
    for case in cases.short_run(context.seed):
        answer = context.answer(case)
        after = narrowed(context, after, case, answer, FLOAT64 if precise else FLOAT32)
        if not after.conventions:
            return case
    return None


def _worst_number(
    context: Context, convention: str, run: Trajectory, answer: Floats
) -> Trajectory:
    """The run of that one number whose steps are farthest off."""
    right = expected(context, convention, run)
    errors = [float(distance(answer[:, [i]], right[:, [i]])) for i in range(answer.shape[1])]
    column = int(np.argmax(errors))
    return replace(run, shapes=((1,),), gradients=run.gradients[:, [column]])


def _in_single_precision(
    context: Context, verdict: Verdict, runs: Sequence[Trajectory], answers: Sequence[Floats]
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


def _fixed_note(context: Context) -> str:
    if not context.fixed:
        return ""
    listed = ", ".join(f"{name} = {value:g}" for name, value in context.fixed.items())
    return f"Right with {listed}, which the code fixes; see hyperparameters."
