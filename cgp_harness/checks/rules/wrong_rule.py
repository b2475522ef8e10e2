"""What is said of a rule that is not the specified one: its name, and the smallest failing case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.checks.context import Context, Outcome, failed
from cgp_harness.checks.rules import cases
from cgp_harness.checks.rules.counterexample import counterexample
from cgp_harness.checks.rules.verdict import Verdict, expected, narrowed
from cgp_harness.diagnosis.distance import FLOAT32, FLOAT64, distance
from cgp_harness.diagnosis.flag import FLOAT32_ARITHMETIC
from cgp_harness.diagnosis.rules.diagnose import diagnose
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.subject import SubjectError, Trajectory


def wrong(
    context: Context, runs: Sequence[Trajectory], answers: Sequence[Floats],
    failing: Trajectory | None,
) -> Outcome:
    """The outcome for a rule whose steps differ.

    Args:
        context: the task.
        runs: the diagnosis probes.
        answers: what the rule answered to them.
        failing: a run on which it is known to differ, if it is right on the probes.
    """
    diagnosis = diagnose(context.assignment, context.task, context.rule, runs, answers)
    convention = _nearest(context, runs, answers)
    case = _smallest(context, diagnosis) or failing or _first_failing(
        context, convention, runs, answers)
    got = context.answer(case)
    right = expected(context, convention, case)
    return failed(
        f"This is not {context.task.title} ({context.task.equation}).{_not_finite(got, right)}",
        diagnosis=_of_single_cases(context) if not diagnosis.flags and failing else diagnosis,
        counterexample=counterexample(context, case, got, right))


def _smallest(context: Context, diagnosis: Diagnosis) -> Trajectory | None:
    tolerance = FLOAT32 if FLOAT32_ARITHMETIC.id in diagnosis.flags else FLOAT64

    def fails(case: Trajectory) -> bool:
        try:
            answer = context.answer(case)
        except SubjectError as error:
            if error.kind == "raised":
                return False  # looked for is a wrong number; an exception has its own message
            raise
        return not narrowed(
            context, Verdict(context.task.accept), case, answer, tolerance).conventions

    return cases.smallest_case(context.seed, fails)


def _of_single_cases(context: Context) -> Diagnosis:
    return Diagnosis(
        (), f"Your update agrees with {context.task.title} on the usual numbers but not on all: it "
        "treats some of them differently (very small, very large, zero, or of a certain sign).")


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
