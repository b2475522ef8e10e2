"""What is said of a rule that is not the specified one: its name, and the smallest failing case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.checks.context import Context, Outcome, failed
from cgp_harness.checks.rules import cases, rounding
from cgp_harness.checks.rules.counterexample import counterexample
from cgp_harness.checks.rules.failing import Failing, cut, first_difference, nearest, told
from cgp_harness.checks.rules.verdict import Verdict, expected, narrowed
from cgp_harness.diagnosis.distance import FLOAT64, distance
from cgp_harness.diagnosis.flag import FLOAT32_ARITHMETIC
from cgp_harness.diagnosis.rules.diagnose import diagnose
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.subject import SubjectError, Trajectory


def wrong(
    context: Context, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Outcome:
    """The outcome for a rule whose steps differ on the diagnosis probes."""
    diagnosis = diagnose(context.assignment, context.task, context.rule, runs, answers)
    convention = _nearest(context, runs, answers)
    single = FLOAT32_ARITHMETIC.id in diagnosis.flags
    case = _smallest(context, Verdict(
        context.task.accept, times=rounding.TIMES if single else 0.0,
    )) or _first_failing(context, convention, runs, answers)
    return _shown(context, convention, case, diagnosis)


def elsewhere(context: Context, failing: Failing) -> Outcome:
    """The outcome for a rule that is right on these probes, and wrong on another run."""
    convention = nearest(context, failing)
    step, number = first_difference(context, failing, convention)
    case = None if failing.probe.about else _smallest(context, Verdict(context.task.accept))
    return _shown(
        context, convention, case or cut(context, failing, step, number),
        told(context, failing, step, number))


def _shown(
    context: Context, convention: str, case: Trajectory, diagnosis: Diagnosis
) -> Outcome:
    got = context.answer(case)
    right = expected(context, convention, case)
    return failed(
        f"This is not {context.task.title} ({context.task.equation}).{_not_finite(got, right)}",
        diagnosis=diagnosis, counterexample=counterexample(context, case, got, right))


def _smallest(context: Context, verdict: Verdict) -> Trajectory | None:
    def fails(case: Trajectory) -> bool:
        try:
            answer = context.answer(case)
        except SubjectError as error:
            if error.kind == "raised":
                return False  # looked for is a wrong number; an exception has its own message
            raise
        return not narrowed(context, verdict, case, answer).conventions

    return cases.smallest_case(context.seed, fails)


def _first_failing(
    context: Context, convention: str, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Trajectory:
    return next(
        (run for run, answer in zip(runs, answers, strict=True)
         if distance(answer, expected(context, convention, run)) > FLOAT64),
        runs[0],
    )


def _nearest(context: Context, runs: Sequence[Trajectory], answers: Sequence[Floats]) -> str:
    """The accepted convention to show expected numbers in: the one with the most agreement."""
    def error(convention: str) -> float:
        return max(
            float(distance(answer, expected(context, convention, run)))
            for run, answer in zip(runs, answers, strict=True)
        )

    return min(context.task.accept, key=error)


def _not_finite(got: Floats, right: Floats) -> str:
    wrong_ones = ~np.isfinite(got) & np.isfinite(right)
    if not wrong_ones.any():
        return ""
    return f" The step is not a finite number at step {int(np.argwhere(wrong_ones)[0][0]) + 1}."
