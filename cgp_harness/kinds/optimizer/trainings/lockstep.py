"""All rules of a submission train for `convergence` at once, unless one of them fails.

So do those that they are compared with, and the specified ones that recognised rules follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.trainings.baselines import followed, where
from cgp_harness.kinds.optimizer.trainings.foreseen import may_be_foreseen
from cgp_harness.kinds.optimizer.trainings.runs import MOST_RECORDED, Asked, Where, trained
from cgp_harness.kinds.optimizer.trainings.trainings import OverdueError, Plan, losses, plan
from cgp_harness.model import Floats
from cgp_harness.probing.devices import CPU
from cgp_harness.subject import SubjectError

SHARE = 0.2
"""Of a submission's time: what rules may take side by side. If one fails, all of it is lost, and
they must still have their time one by one. Of 120 s four rules take 1 on arrays, 4 on numbers and
10 on a machine with five processes on two cores."""


def side_by_side(context: RuleContext) -> bool:
    """Whether a rule trains with the others, or what it follows does: not where it fills a GPU."""
    return context.device is CPU


def lockstep(contexts: Sequence[RuleContext]) -> dict[str, tuple[Floats, ...]]:
    """The losses that `convergence` asks for, by task.

    Without those of rules that cannot be trained side by side: each of these trains alone, in its
    own check, so that what one rule does never costs another its result. On a GPU all are left out:
    one rule's seeds fill it, and the draws of four times as many take 0.8 GB. Recognised rules are
    left out too: `foreseen` asks each of them in one request. Here is trained what they follow.

    Args:
        contexts: tasks of one submission, as they are right before `convergence`.
    """
    on_cpu = [one for one in contexts if side_by_side(one)]
    _train_followed([plan(one) for one in on_cpu if may_be_foreseen(one)])
    plans = [plan(one) for one in on_cpu if not may_be_foreseen(one)]
    found: dict[str, tuple[Floats, ...]] = {}
    for shared in dict.fromkeys(one.shared for one in plans):
        group = [one for one in plans if one.shared == shared]
        if len(group) > 1:
            found |= _trained(group)
    return found


def _train_followed(plans: Sequence[Plan]) -> None:
    """Train what recognised rules follow, of as many as can be known at a time."""
    asked: dict[Where, list[Asked]] = {}
    for one in plans:
        specified, setting = one.context.specified, one.setting
        for problem in one.problems:
            asked.setdefault(where(problem, one.seeds), []).extend(followed(
                specified, one.context.learned["convention"], setting.hyperparameters,
                setting.sgd_lr))
    if sum(one.recorded for these in asked.values() for one in these) <= MOST_RECORDED:
        for place, these in asked.items():
            trained(place, these)


def _trained(plans: Sequence[Plan]) -> dict[str, tuple[Floats, ...]]:
    context = plans[0].context
    try:
        each = losses(plans, within_s=SHARE * context.assignment.limits.total_s)
    except (SubjectError, OverdueError):
        return {}
    return {one.context.task.id: these for one, these in zip(plans, each, strict=True)}
