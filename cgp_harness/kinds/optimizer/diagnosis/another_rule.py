"""Is it another of the lecture's rules, right or with one mistake?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from msgspec.structs import replace as with_fields

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import (
    Candidate,
    candidates,
    mutants_of,
    short,
)
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.naming import canonical
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.kinds.optimizer.specified import built_in, every_answer, home_of, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.task import Assignment

PLAIN_SGD = "no_momentum"


@dataclass(frozen=True)
class Another:
    """Which rule it is, by its identifier and in words, and what is wrong with that."""

    id: str
    title: str
    named: tuple[Mutant, ...]
    hyperparameters: tuple[str, ...]
    said: Shown
    steps: Hypothesis


def match(
    assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence
) -> Another | None:
    """The other rule that explains everything, the fewest mistakes first."""
    home, own = home_of(assignment, task)
    seen = _seen(assignment, task, rule)
    first, answer = seen(evidence.runs[0]), evidence.answers[0]

    def steps(mutant: Mutant) -> Hypothesis:
        return lambda run: mutant.steps(seen(run))

    with np.errstate(all="ignore"):
        near = [(other, one) for other in _others()
                if (home.solution, own.id) != (built_in().solution, other.id)
                for one in _candidates(other)
                if distance(one.mutant.steps(first), answer) < FLOAT64]
    for other, one in sorted(near, key=lambda each: bool(each[1].mutant.id)):
        said = evidence.shows(steps(one.mutant), [steps(each) for each in one.simpler])
        if said is not None:
            return _told(other, one, said, steps(one.mutant))
    return None


def _told(
    other: OptimizerTask, one: Candidate, said: Shown, steps: Hypothesis
) -> Another:
    names = tuple(specified(built_in(), other).hyperparameters)
    if PLAIN_SGD in {each.id for each in one.mutant.named}:
        return Another("is_sgd", "plain SGD", (), ("lr",), said, steps)
    return Another(f"is_{other.id}", short(other.title), one.mutant.named, names, said, steps)


@cache
def _others() -> tuple[OptimizerTask, ...]:
    """The lecture's rules, in all conventions."""
    home = built_in()
    return tuple(with_fields(task, accept=tuple(every_answer(home, task).conventions))
                 for task in home.tasks)


def _candidates(other: OptimizerTask) -> tuple[Candidate, ...]:
    return candidates(mutants_of(built_in(), other))


@cache
def _defaults() -> Mapping[str, float]:
    """The course's, where a submission has none."""
    return {name: value for task in built_in().tasks
            for name, value in specified(built_in(), task).hyperparameters.items()}


def _seen(
    assignment: Assignment, task: OptimizerTask, rule: Details
) -> Callable[[Trajectory], Trajectory]:
    """A run with what another rule was really given.

    The probes set this task's hyperparameters only; all others stood at the student's defaults.
    """
    right = specified(assignment, task)
    meant = canonical(assignment, rule.hyperparameters, task.id)
    own = {meant[name]: value for name, value in rule.hyperparameters.items()}

    def seen(run: Trajectory) -> Trajectory:
        given = {name: value for name, value in right.whole(run, 0).hyperparameters.items()
                 if name in right.hyperparameters and name in own}
        return replace(run, hyperparameters={**_defaults(), **own, **given})

    return seen
