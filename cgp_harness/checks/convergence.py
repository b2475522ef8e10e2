"""`convergence`: what does the rule gain? Paired seeds against SGD and torch, and claims of it.

It never decides whether a rule is right: wrong rules often converge better. A rule that
`update_rule` did not recognise earns nothing here, and is told what it gains all the same.
"""

from __future__ import annotations

from cgp_harness import installed
from cgp_harness.checks.baselines import baselines
from cgp_harness.checks.claims import claims
from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.checks.driving import (
    Together,
    drive,
    elementwise,
    in_force,
    of_subject,
    seeds_from,
)
from cgp_harness.checks.learning_curves import plots
from cgp_harness.checks.trial import Setting, Trial, message
from cgp_harness.checks.update_rule import update_rule
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError
from cgp_reference.problems import Problem

DEFAULT_PROBLEMS = ("one_neuron", "multi_neuron")
SEEDS = 32
"""An effect of 1.18 suffices to be shown; the networks have 5 to 18 at lr 0.03."""
FEWER_SEEDS = 8
"""For rules that take one number, or one seed, at a time: with 32, each step costs 1 ms. Not 4: a
claim would need an effect of 10."""
_STREAM = 5
"""Second word of the seed; the probes draw with 1 to 3."""


def convergence(context: Context) -> Outcome:
    """Train on every problem and judge the claims that the specified rule itself bears out."""
    problems = installed.problems_of(context.task, "convergence", DEFAULT_PROBLEMS)
    seeds = seeds_of(context.seed, SEEDS if _at_once(context) else FEWER_SEEDS)
    setting = _setting(context, len(seeds))
    try:
        convention = _convention(context)
        runs = _runs(context, problems, seeds, setting)
    except SubjectError as error:
        return stopped(error.problem)
    trials = []
    for problem, losses in zip(problems, runs, strict=True):
        beside = baselines(
            problem, seeds, context.task.family, convention or context.task.accept[0],
            setting.hyperparameters, setting.sgd_lr)
        judged = claims(context.task.family, losses, beside)
        trials.append(Trial(problem, losses, beside, judged))
    return _outcome(setting, trials, right=bool(convention))


def seeds_of(seed: int, count: int) -> tuple[int, ...]:
    """Seeds that all rules share, no two of them equal; fewer are the first of more."""
    return seeds_from(seed, _STREAM, count)


def _outcome(setting: Setting, trials: list[Trial], *, right: bool) -> Outcome:
    asked = [claim for trial in trials for claim in trial.claims if claim.asked]
    text, figures = message(setting, trials, right=right), plots(setting, trials)
    if not right:
        return failed(text, plots=figures)
    share = sum(claim.met for claim in asked) / len(asked) if asked else 1.0
    if share == 1:
        return passed(text, plots=figures)
    return failed(text, fraction=share, plots=figures)


def _setting(context: Context, seeds: int) -> Setting:
    task, spec = context.task, context.task.checks["convergence"]
    lr = task.hyperparameters["lr"] if spec.lr is None else spec.lr
    given = in_force(context, {**task.hyperparameters, "lr": lr})
    return Setting(
        title=task.title, family=task.family, seeds=seeds, hyperparameters=given,
        sgd_lr=given["lr"] if spec.sgd_lr is None else spec.sgd_lr,
        note="" if _at_once(context) else _note(context))


def _at_once(context: Context) -> bool:
    return elementwise(context) and context.arrays != "scalar"


def _note(context: Context) -> str:
    how = "number" if context.arrays == "scalar" else "seed"
    return f"The rule is run on one {how} at a time, so on {FEWER_SEEDS} seeds instead of {SEEDS}."


def _convention(context: Context) -> str | None:
    """The accepted convention that the rule follows; None if it is not the specified rule."""
    learned = context.learned
    if "update_rule" not in context.task.checks:
        learned = update_rule(context).learned
    return learned.get("convention")


def _runs(
    context: Context, problems: tuple[Problem, ...], seeds: tuple[int, ...], setting: Setting
) -> list[Floats]:
    """The student's losses `(T, S)` on every problem; in one pass if that is the same thing."""
    courses = tuple(problem.course(seeds, problem.iterations) for problem in problems)
    lengths = tuple(problem.iterations for problem in problems)
    if not elementwise(context):
        return [
            _driven(context, Together((course,), (length,)), seeds, setting)[0]
            for course, length in zip(courses, lengths, strict=True)
        ]
    return _driven(context, Together(courses, lengths), seeds, setting)


def _driven(
    context: Context, together: Together, seeds: tuple[int, ...], setting: Setting
) -> list[Floats]:
    step = of_subject(context, len(together.start), len(seeds), setting.hyperparameters)
    run = drive(step, together, together.iterations)
    return [part.losses for part in together.split(run)]
