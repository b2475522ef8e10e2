"""One rule as `convergence` is given it: the task with the check in it, and what came before."""

from dataclasses import replace

import msgspec

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.task import CONVENTIONS, OptimizerCheck
from tests.harness.in_process.rules import context_of

HOMEWORK = assignment.load("step_size")
LEGEND = (
    "{} paired seeds, lr {}, SGD with lr {}; differences in decades of loss, averaged over all "
    "iterations, with 95 % intervals, below 0 is better; effect sizes d, above 0 is better."
)


def context(text, task="adam", learned=None, without=(), **spec):
    """As the pipeline has it when `convergence` begins, if `learned` is what came before."""
    given = HOMEWORK.task(task)
    checks = {k: v for k, v in given.checks.items() if k not in without}
    checks["convergence"] = OptimizerCheck(10, **{"lr": 0.03, **spec})
    homework = msgspec.structs.replace(
        HOMEWORK, tasks=(msgspec.structs.replace(given, checks=checks),))
    return replace(context_of(text, homework, task), learned=learned or {})


def specified_as(family):
    """The rule of a family in all of its conventions, with the homework's defaults."""
    return specified(HOMEWORK, msgspec.structs.replace(
        HOMEWORK.task(family), accept=CONVENTIONS[family]))


def right(family, convention=None):
    """What the checks before leave of the specified rule."""
    return {"elementwise": True, "convention": convention or CONVENTIONS[family][0]}


def after_all(one):
    """The context with what `relations` and `update_rule` themselves find out."""
    for check in (relations, update_rule):
        one = replace(one, learned={**one.learned, **check(one).learned})
    return one
