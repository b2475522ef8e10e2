"""`closed_loop`: does the rule lead where the specified one leads, step by step, on real problems?

Here the gradients depend on the steps before, as in training; the grader computes them, from
parameters that it holds itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from cgp_harness import installed
from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.kind import OPTIMIZER
from cgp_harness.kinds.optimizer.probes.verdict import to_show
from cgp_harness.kinds.optimizer.problems import problems_of
from cgp_harness.kinds.optimizer.specified import Convention
from cgp_harness.kinds.optimizer.trainings.foreseen import follows, may_be_foreseen
from cgp_harness.kinds.optimizer.trainings.path_plots import plots
from cgp_harness.kinds.optimizer.trainings.paths import DOUBLE, SINGLE, Path, Precision, off, path
from cgp_harness.kinds.optimizer.trainings.runs import SAME
from cgp_harness.kinds.optimizer.trainings.student_steps import (
    Entrant,
    elementwise,
    in_force,
    of_subject,
)
from cgp_harness.model.plot import Plot
from cgp_harness.probing.digits import apart
from cgp_harness.probing.training_loop import Run, Step, Together, drive, seeds_from
from cgp_harness.subject import SubjectError
from cgp_reference.problems import PROBLEMS, Problem

DEFAULT_PROBLEMS = ("one_neuron", "multi_neuron", "ravine")
SEEDS = 4
_STREAM = 6
"""Second word of the seed; probes draw with 1 to 3, `convergence` with 5."""


@dataclass(frozen=True)
class Parting:
    """Where a rule leaves the path: after which step, which parameter of which seed, from 0.

    `got` and `expected` are what the parameter has come since the start.
    """

    step: int
    parameter: int
    seed: int
    got: float
    expected: float


def closed_loop(context: RuleContext) -> Outcome:
    """Follow the accepted rule's path on every problem; a rule that `update_rule` refused fails.

    Compared is as far as the right rule itself could be followed; see `paths`.
    """
    problems = problems_of(context.task, "closed_loop", DEFAULT_PROBLEMS)
    try:
        context = _informed(context)
        paths = [_path(context, problem) for problem in problems]
        foreseen = _foreseen(context, paths)
        runs = [one.run for one in paths] if foreseen else _runs(context, paths)
    except SubjectError as error:
        return stopped(error.problem)
    tolerance = _precision(context).tolerance
    partings = [parting(one, run, tolerance) for one, run in zip(paths, runs, strict=True)]
    text = _message(context, paths, partings, foreseen=foreseen)
    right = "convention" in context.learned and not any(partings)
    figures = _of_followers(tuple(paths)) if foreseen else plots(paths, runs)
    return (passed if right else failed)(text, plots=figures)


# All rules that follow a path step by step leave the same figure.
@lru_cache(maxsize=64)
def _of_followers(paths: tuple[Path, ...]) -> tuple[Plot, ...]:
    return plots(paths, [one.run for one in paths])


def parting(right: Path, run: Run, tolerance: float) -> Parting | None:
    """The first point that is off the path, and of those at this step the farthest."""
    share = np.where(right.firm[:, None], off(run, right.run), 0.0)
    steps = np.flatnonzero((share > tolerance).any(axis=(1, 2)))
    if not len(steps):
        return None
    step = int(steps[0])
    parameter, seed = np.unravel_index(int(np.argmax(share[step])), share[step].shape)
    got, expected = (
        float(one.points[step, parameter, seed] - one.points[0, parameter, seed])
        for one in (run, right.run))
    return Parting(step, int(parameter), int(seed), got, expected)


def _informed(context: RuleContext) -> RuleContext:
    """With what `update_rule` finds out, if the task has no such check."""
    if "update_rule" in context.task.checks:
        return context
    return replace(context, learned={**context.learned, **update_rule(context).learned})


def _precision(context: RuleContext) -> Precision:
    rounded = not context.learned.get("precise", True)
    return SINGLE if rounded and context.assignment.precision == "any" else DOUBLE


def _path(context: RuleContext, problem: Problem) -> Path:
    given = in_force(context, context.specified.hyperparameters)
    return _followed(
        problem.name, seeds_from(context.seed, _STREAM, SEEDS), to_show(context),
        tuple(sorted(given.items())), _precision(context))


# A path does not depend on who follows it, so submissions share it: two runs of up to 200 steps,
# which take 20 ms. A homework of four rules on three problems has 24, in both conventions.
@lru_cache(maxsize=128)
def _followed(
    problem: str, seeds: tuple[int, ...], convention: Convention,
    hyperparameters: tuple[tuple[str, float], ...], precision: Precision,
) -> Path:
    def begin(size: int, count: int) -> Step:
        return convention.step(size, count, dict(hyperparameters))

    one = installed.problems()[problem]
    known = convention.origin and PROBLEMS.get(problem) is one
    return path(one, seeds, begin, precision, (
        "trainings/paths", problem, seeds, convention.origin, convention.name, hyperparameters,
        precision) if known else None)


def _foreseen(context: RuleContext, paths: Sequence[Path]) -> bool:
    return may_be_foreseen(context) and follows(
        Entrant(context, context.specified.hyperparameters), [one.training for one in paths])


def _runs(context: RuleContext, paths: Sequence[Path]) -> list[Run]:
    """The student's runs; all problems in one if that makes no difference to the rule."""
    if not elementwise(context):
        return [run for one in paths for run in _driven(context, [one])]
    return _driven(context, paths)


def _driven(context: RuleContext, paths: Sequence[Path]) -> list[Run]:
    together = Together(
        tuple(one.course for one in paths), tuple(one.iterations for one in paths))
    step = of_subject(
        Entrant(context, context.specified.hyperparameters), sum(one.size for one in paths), SEEDS)
    return list(together.split(
        drive(step, together, together.iterations, keep_points=True)))


def _message(
    context: RuleContext, paths: Sequence[Path], partings: Sequence[Parting | None], *,
    foreseen: bool
) -> str:
    tolerance = f"{_precision(context).tolerance:.0e} of the way covered"
    rule = " ".join(filter(None, [context.task.title, to_show(context).phrase]))
    if any(partings):
        return "\n".join([
            f"Leaves the path of {rule}, by more than {tolerance}:",
            *(f"  {one.problem.title}: {_told(one, at)}"
              for one, at in zip(paths, partings, strict=True)),
        ])
    ran = "; ".join(f"{one.problem.title} ({_steps(one)})" for one in paths)
    text = f"Follows {rule}, to {tolerance}."
    if foreseen:
        text = f"Follows {rule}, step by step: each is the specified one, to {SAME:.0e} of itself."
    if "convention" not in context.learned:
        text += (
            " It is another rule all the same, so no points here: see "
            f"{OPTIMIZER.quoted('update_rule')}.")
    return f"{text}\n{SEEDS} starts each: {ran}."


def _told(one: Path, at: Parting | None) -> str:
    if at is None:
        return f"follows, for {_steps(one)}"
    got, expected = apart(at.got, at.expected)
    return (f"at step {at.step}, parameter {at.parameter + 1} of {one.size} has moved by {got}, "
            f"expected {expected} (start {at.seed + 1} of {SEEDS})")


def _steps(one: Path) -> str:
    """How far it was compared; less than all if the right rule itself cannot be followed."""
    of_all = "" if one.compared == one.iterations else f" of {one.iterations}"
    return f"{one.compared}{of_all} steps"
