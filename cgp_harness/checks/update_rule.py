"""`update_rule`: is it the specified rule? Open-loop probes against the closed-form oracle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.checks import cases, oracle, sensitivity
from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.checks.counterexample import counterexample
from cgp_harness.checks.probes import diagnosis_probes, volume_run
from cgp_harness.diagnosis.diagnose import diagnose, within
from cgp_harness.diagnosis.distance import FLOAT32, FLOAT64, distance
from cgp_harness.diagnosis.flag import FLOAT32_ARITHMETIC
from cgp_harness.model import Diagnosis, Floats, SubjectError, Trajectory

VOLUME = 4096
SCALAR_VOLUME = 64
"""A rule that takes one number at a time pays a call for each."""
FLOAT32_STATIC = 1e-2
"""Random magnitudes over eight decades cost float32 more digits than the probes do."""


@dataclass(frozen=True)
class Verdict:
    """What is still possible after some runs: conventions, and the precision needed for them."""

    conventions: tuple[str, ...]
    error: float = 0.0


def update_rule(context: Context) -> Outcome:
    """Probes first, then many numbers at once, then Hypothesis cases over structure.

    One accepted convention must hold throughout. Hyperparameters that are fixed in the code are
    judged by `hyperparameters`; here the rule is compared at the values it uses.
    """
    runs = diagnosis_probes(context.seed)
    try:
        answers = [context.answer(run) for run in runs]
        unused = sensitivity.ignored(context, runs, answers)
        fixed = sensitivity.fixed_values(context, unused, answers) if unused else {}
        context = replace(context, fixed=fixed)
        verdict = Verdict(context.task.accept)
        tolerance = FLOAT64
        for run, answer in zip(runs, answers, strict=True):
            verdict = _narrowed(context, verdict, run, answer, FLOAT32)
        failing: Trajectory | None = None
        if verdict.conventions:
            tolerance = FLOAT64 if verdict.error < FLOAT64 else FLOAT32
            verdict, failing = _further(context, verdict, tolerance)
        learned = {"ignored": tuple(unused), "fixed": fixed}
        if not verdict.conventions:
            return replace(_wrong(context, runs, answers, failing), learned=learned)
    except SubjectError as error:
        return stopped(error.problem)
    if tolerance == FLOAT32:
        return replace(_single(context, verdict, runs, answers), learned=learned)
    return passed(_fixed_note(context), learned=learned)


def _further(
    context: Context, verdict: Verdict, tolerance: float
) -> tuple[Verdict, Trajectory | None]:
    numbers = SCALAR_VOLUME if context.arrays == "scalar" else VOLUME
    volume = volume_run(context.seed, numbers)
    loose = tolerance if tolerance == FLOAT64 else FLOAT32_STATIC
    for run, allowed in [
        (volume, loose), *((case, tolerance) for case in cases.short_run(context.seed))
    ]:
        narrowed = _narrowed(context, verdict, run, context.answer(run), allowed)
        if not narrowed.conventions:
            return narrowed, run
        verdict = narrowed
    return verdict, None


def _narrowed(
    context: Context, verdict: Verdict, run: Trajectory, answer: Floats, tolerance: float
) -> Verdict:
    errors = {
        one: float(distance(answer, _expected(context, one, run))) for one in verdict.conventions
    }
    left = tuple(one for one, error in errors.items() if error < tolerance)
    # With several conventions still possible, the nearest says how exact the arithmetic is.
    worst = max(verdict.error, min((errors[one] for one in left), default=float("inf")))
    return Verdict(left, worst)


def _expected(context: Context, convention: str, run: Trajectory) -> Floats:
    with np.errstate(all="ignore"):
        return oracle.steps(
            context.task.family, convention, sensitivity.with_fixed(run, context.fixed))


def _single(
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
    convention = verdict.conventions[0]
    return failed(
        "This assignment asks for float64 arithmetic.", diagnosis=diagnosis,
        counterexample=counterexample(
            context, runs[0], answers[0], _expected(context, convention, runs[0])))


def _fixed_note(context: Context) -> str:
    if not context.fixed:
        return ""
    listed = ", ".join(f"{name} = {value:g}" for name, value in context.fixed.items())
    return f"Right with {listed}, which the code fixes; see hyperparameters."


def _wrong(
    context: Context, runs: Sequence[Trajectory], answers: Sequence[Floats],
    failing: Trajectory | None,
) -> Outcome:
    diagnosis = diagnose(context.assignment, context.task, context.rule, runs, answers)
    convention = _nearest(context, runs, answers)

    def fails(case: Trajectory) -> bool:
        return not _narrowed(
            context, Verdict(context.task.accept), case, context.answer(case),
            FLOAT32 if FLOAT32_ARITHMETIC.id in diagnosis.flags else FLOAT64,
        ).conventions

    smallest = cases.smallest_failure(context.seed, fails) or failing or _first_failing(
        context, convention, runs, answers)
    got = context.answer(smallest)
    expected = _expected(context, convention, smallest)
    return failed(
        f"This is not {context.task.title} ({context.task.equation}).{_not_finite(got, expected)}",
        diagnosis=diagnosis, counterexample=counterexample(context, smallest, got, expected))


def _first_failing(
    context: Context, convention: str, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Trajectory:
    return next(
        (run for run, answer in zip(runs, answers, strict=True)
         if distance(answer, _expected(context, convention, run)) > FLOAT64),
        runs[0],
    )


def _nearest(
    context: Context, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> str:
    """The accepted convention to show expected numbers in: the one with the most agreement."""
    def error(convention: str) -> float:
        return max(
            float(distance(answer, _expected(context, convention, run)))
            for run, answer in zip(runs, answers, strict=True)
        )

    return min(context.task.accept, key=error)


def _not_finite(got: Floats, expected: Floats) -> str:
    wrong = ~np.isfinite(got) & np.isfinite(expected)
    if not wrong.any():
        return ""
    return f" The step is not a finite number at step {int(np.argwhere(wrong)[0][0]) + 1}."
