"""How often `convergence` fails a right rule: other ways of writing it, fresh seeds every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import msgspec
import numpy as np

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.convergence import convergence
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.task import OptimizerCheck
from cgp_harness.subject import SubjectError
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correct_forms import FORMS

LR = 0.03


@dataclass(frozen=True)
class Count:
    """What came of right rules under `convergence`, with one grading seed."""

    runs: int
    asked: int
    missed: int
    failures: tuple[str, ...] = ()


@cache
def forms() -> tuple[RuleContext, ...]:
    """Every form of every rule that works on numpy arrays, with what the checks before learned.

    These are asked once: they take no part in what is measured.
    """
    homework = assignment.load("step_size")
    return tuple(
        found for text in FORMS.values() for task in homework.tasks
        for found in _prepared(text, homework, task.id)
    )


def _prepared(text: str, homework: assignment.Assignment, name: str) -> Iterator[RuleContext]:
    task = homework.task(name)
    spec = OptimizerCheck(10, lr=LR)
    task = msgspec.structs.replace(task, checks={**task.checks, "convergence": spec})
    homework = msgspec.structs.replace(homework, tasks=(task,))
    context: RuleContext = context_of(text, homework, name)
    for check in (relations, update_rule):
        try:
            learned = check(context).learned
        except (AssertionError, SubjectError):
            return
        context = replace(context, learned={**context.learned, **learned})
    if context.learned.get("convention") and context.learned.get("elementwise"):
        yield context


def counted(job: tuple[int, int]) -> Count:
    """All forms under one grading seed, or the first `most` of them."""
    seed, most = job
    outcomes = [convergence(replace(one, seed=seed)) for one in forms()[:most]]
    claims = [re.findall(r"(?:yes|NO),", outcome.message) for outcome in outcomes]
    return Count(
        runs=len(outcomes),
        asked=sum(len(each) for each in claims),
        missed=sum(each.count("NO,") for each in claims),
        failures=tuple(o.message for o in outcomes if o.fraction < 1),
    )


def bound(misses: int, claims: int) -> float:
    """Upper 95 % bound of a rate of which `misses` were seen in `claims` (Clopper and Pearson)."""
    from cgp_harness.probing.statistics.student_t import incomplete_beta, root_of

    return root_of(
        lambda rate: incomplete_beta(rate, misses + 1, claims - misses) - 0.95, 0.0, 1.0)


def at_least(misses: int, claims: int, rate: float) -> float:
    """How likely so many misses are, or more, where each claim is missed at this rate."""
    from cgp_harness.probing.statistics.student_t import incomplete_beta

    return incomplete_beta(rate, misses, claims - misses + 1)


def fresh_seeds(count: int, seed: int) -> list[int]:
    """Grading seeds that were never used before."""
    words = np.random.SeedSequence([seed, 77]).generate_state(count)
    return [int(word) for word in words]
