"""`convergence`: what does the rule gain? Paired seeds against SGD and torch, and claims of it.

It never decides whether a rule is right: wrong rules often converge better. A rule that
`update_rule` did not recognise earns nothing here, and is told what it gains all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.trainings.baselines import baselines, followed, where
from cgp_harness.kinds.optimizer.trainings.claims import claims
from cgp_harness.kinds.optimizer.trainings.comparison import Comparison, Setting, message
from cgp_harness.kinds.optimizer.trainings.foreseen import follows, may_be_foreseen
from cgp_harness.kinds.optimizer.trainings.learning_curves import plots
from cgp_harness.kinds.optimizer.trainings.runs import trained
from cgp_harness.kinds.optimizer.trainings.trainings import SEEDS, Plan, losses, plan
from cgp_harness.model import Floats
from cgp_harness.model.plot import Plot
from cgp_harness.subject import SubjectError

FOLLOWED = (
    "The curve was followed step by step: each of the rule's steps is the specified one, on the "
    "same gradients.")


def convergence(context: RuleContext) -> Outcome:
    """Train on every problem and judge the claims that the specified rule itself bears out.

    What `lockstep` has trained already is not trained again.
    """
    try:
        planned = plan(context)
        convention = _convention(context)
        foreseen = _foreseen(planned, convention)
        runs = foreseen or context.learned.get("losses") or losses([planned])[0]
    except SubjectError as error:
        return stopped(error.problem)
    if not foreseen:
        return _compared(planned, convention, runs)
    key = _same_for(planned, convention)
    if key not in _followed:
        if len(_followed) >= MOST:
            _followed.clear()
        setting = replace(planned.setting, note=" ".join(filter(
            None, [planned.setting.note, FOLLOWED])))
        _followed[key] = _compared(replace(planned, setting=setting), convention, runs)
    return _followed[key]


# The curves of all rules that follow the specified one are its own, and so is what is said of them.
_followed: dict[tuple[object, ...], Outcome] = {}
MOST = 64
"""Outcomes, of 20 kB each; a homework of four rules has 8, in both conventions."""


def _same_for(planned: Plan, convention: str | None) -> tuple[object, ...]:
    """All that an outcome hangs on, where the curves are the specified rule's."""
    setting = planned.setting
    problems = tuple((one.name, one.title, one.course, one.iterations) for one in planned.problems)
    return (
        problems, planned.seeds, planned.context.specified, convention, setting.title,
        tuple(sorted(setting.hyperparameters.items())), setting.sgd_lr, setting.note)


def _compared(planned: Plan, convention: str | None, runs: Sequence[Floats]) -> Outcome:
    context, setting, comparisons = planned.context, planned.setting, []
    for problem, run in zip(planned.problems, runs, strict=True):
        beside = baselines(
            problem, planned.seeds, context.specified, convention or context.specified.first,
            setting.hyperparameters, setting.sgd_lr, planned.device)
        comparisons.append(Comparison(problem, run, beside, claims(run, beside)))
    return _outcome(setting, comparisons, right=bool(convention))


def _foreseen(planned: Plan, convention: str | None) -> tuple[Floats, ...] | None:
    """The losses of the specified rule, if every step of the rule is the specified one."""
    if convention is None or not may_be_foreseen(planned.context):
        return None
    rule, setting = planned.context.specified, planned.setting
    wanted = followed(rule, convention, setting.hyperparameters, setting.sgd_lr)
    trainings = [trained(where(one, planned.seeds), wanted)[0] for one in planned.problems]
    if not follows(planned.entrant, trainings):
        return None
    return tuple(one.run.losses for one in trainings)


def _outcome(setting: Setting, comparisons: list[Comparison], *, right: bool) -> Outcome:
    asked = [claim for comparison in comparisons for claim in comparison.claims if claim.asked]
    text, figures = message(setting, comparisons, right=right), _figures(setting, comparisons)
    if not right:
        return failed(text, plots=figures)
    share = sum(claim.met for claim in asked) / len(asked) if asked else 1.0
    if share == 1:
        return passed(text, plots=figures)
    return failed(text, fraction=share, plots=figures)


def _figures(setting: Setting, comparisons: list[Comparison]) -> tuple[Plot, ...]:
    """Of the seeds that all devices share: a report cannot hold a point for each of thousands."""
    if setting.seeds <= SEEDS:
        return plots(setting, comparisons)
    return plots(replace(setting, seeds=SEEDS), [one.first(SEEDS) for one in comparisons])


def _convention(context: RuleContext) -> str | None:
    """The accepted convention that the rule follows; None if it is not the specified rule."""
    learned = context.learned
    if "update_rule" not in context.task.checks:
        learned = update_rule(context).learned
    return learned.get("convention")
