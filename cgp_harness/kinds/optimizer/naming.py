"""Under which names hyperparameters are taken: their own, and those that an assignment accepts."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.task import Assignment


def canonical(assignment: Assignment, own: Collection[str], task: str) -> dict[str, str]:
    """Each of a student's hyperparameters -> its canonical name (itself if there is none).

    Args:
        own: the student's names.
        task: what they are of; it may be none of this assignment's.
    """
    found = {
        alias: name for name, aliases in assignment.aliases.items() for alias in aliases}
    for one in assignment.tasks:
        if isinstance(one, OptimizerTask) and one.id == task:
            found |= {name: canonical for canonical, name in meant(assignment, one, own).items()}
    return {name: found.get(name, name) for name in own}


def names(assignment: Assignment, task: OptimizerTask, canonical: str) -> tuple[str, ...]:
    """The names that are accepted for a task's hyperparameter, its own first."""
    return tuple(dict.fromkeys((
        canonical, *assignment.aliases.get(canonical, ()), *task.aliases.get(canonical, ()))))


def meant(assignment: Assignment, task: OptimizerTask, own: Collection[str]) -> dict[str, str]:
    """Canonical name -> which of a student's names it goes by; those without any are left out.

    Of a name that may stand for two, like `alpha`, which is RMSProp's decay in torch and the
    rate in many books: as many as possible get one, and then by what they rather stand for.
    """
    choices = []
    for canonical in specified(assignment, task).hyperparameters:
        accepted = names(assignment, task, canonical)
        choices.append([
            (canonical, name, accepted.index(name)) for name in accepted if name in own
        ] + [(canonical, "", 0)])

    def cost(chosen: Sequence[tuple[str, str, int]]) -> tuple[bool, int, int]:
        found = [name for _, name, _ in chosen if name]
        twice = len(found) != len(set(found))
        return twice, -len(found), sum(rank for _, _, rank in chosen)

    best = min(itertools.product(*choices), key=cost)
    return {canonical: name for canonical, name, _ in best if name}
