"""What is said of a rule that is not the specified one: its name, and the smallest failing case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Outcome, failed
from cgp_harness.kinds.optimizer.checks.cause import about, one_parameter, otherwise, without_about
from cgp_harness.kinds.optimizer.checks.failing import Failing, cut, first_difference, shortest
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.diagnosis.diagnose import Named, changed, diagnose
from cgp_harness.kinds.optimizer.probes import cases, rounding, sensitivity
from cgp_harness.kinds.optimizer.probes.counterexample import counterexample
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of, evidence
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, expected, narrowed, nearest
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.probing.flag import FLOAT32_ARITHMETIC


def wrong(
    context: RuleContext, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Outcome:
    """The outcome for a rule whose steps differ on the diagnosis probes.

    It leaves in `learned` the nearest convention, the case that is shown, and which hyperparameters
    the rule may have no use for: `hyperparameters` does not charge for these again.
    """
    ignored = context.learned.get("ignored", ())
    found = diagnose(
        context.assignment, context.task, context.rule, evidence(context, runs, answers),
        sensitivity.may_be_fixed_at(context, ignored) if ignored else ())
    diagnosis, named = found.diagnosis, [found.convention] if found.convention else []
    convention = nearest(context, runs, answers, named)
    single = FLOAT32_ARITHMETIC.id in diagnosis.flags
    case = _smallest(context, Verdict(
        tuple(context.specified.conventions), times=rounding.TIMES if single else 0.0,
    )) or _first_failing(context, convention, runs, answers)
    return replace(_shown(context, case, diagnosis, named), learned={
        "nearest": convention, "needless": _needless(context, found), "case": case})


def _needless(context: RuleContext, found: Named) -> frozenset[str]:
    """Hyperparameters for which the wrong rule has no use, as far as that is known.

    What has no name may be wrong in that very place; but an argument that is missing is missing.
    """
    if found.diagnosis.flags:
        return found.unmoved
    return frozenset(context.names)


def elsewhere(context: RuleContext, failing: Failing) -> Outcome:
    """The outcome for a rule that is right on these probes, and wrong on another run."""
    among, plainer = failing.before.conventions, without_about(context, failing)
    shown = plainer or failing
    convention = nearest(context, [shown.probe], [shown.answer], among)
    step, number = first_difference(context, shown, convention)
    case = (plainer and _smallest(context, failing.before)) or cut(context, shown, step, number)
    if plainer:
        case = one_parameter(context, failing.before, case)
        words = otherwise(context, failing.before, case)
    else:
        case = shortest(context, failing.before, case, convention)
        words = about(
            failing.probe, len(case.gradients) - 1, number, single=case.gradients.shape[1] == 1)
    diagnosis = _of_source(context, (case, shown.probe.run),
                           f"Your update agrees with {context.task.title} {words}.")
    return replace(
        _shown(context, case, diagnosis, among), learned={"nearest": convention, "case": case})


def _of_source(context: RuleContext, failing: Sequence[Trajectory], said: str) -> Diagnosis:
    """With the change of the right answer that shows in what fails and nowhere on the probes."""
    runs = [*failing, *context.probes]
    answers = [answer for run in runs if (answer := answer_of(context, run)) is not None]
    found = changed(context.assignment, context.task, context.rule, evidence(
        context, runs, answers)) if len(answers) == len(runs) else None
    return replace(found, text=f"{said} {found.text}") if found else Diagnosis((), said)


def _shown(
    context: RuleContext, case: Trajectory, diagnosis: Diagnosis, among: Sequence[str] = ()
) -> Outcome:
    got = context.answer(case)
    right = expected(context, nearest(context, [case], [got], among), case)
    equation = f" ({context.task.equation})" if context.task.equation else ""
    return failed(
        f"This is not {context.task.title}{equation}.{_not_finite(got, right)}",
        diagnosis=diagnosis, counterexample=counterexample(context, case, got, right))


def _smallest(context: RuleContext, verdict: Verdict) -> Trajectory | None:
    def fails(case: Trajectory) -> bool:
        answer = answer_of(context, case)  # looked for is a wrong number, not an exception
        return answer is not None and not narrowed(context, verdict, case, answer).conventions

    return cases.smallest_case(context.seed, fails)


def _first_failing(
    context: RuleContext, convention: str, runs: Sequence[Trajectory], answers: Sequence[Floats]
) -> Trajectory:
    return next(
        (run for run, answer in zip(runs, answers, strict=True)
         if distance(answer, expected(context, convention, run)) > FLOAT64),
        runs[0],
    )


def _not_finite(got: Floats, right: Floats) -> str:
    wrong_ones = ~np.isfinite(got) & np.isfinite(right)
    if not wrong_ones.any():
        return ""
    return f" The step is not a finite number at step {int(np.argwhere(wrong_ones)[0][0]) + 1}."
