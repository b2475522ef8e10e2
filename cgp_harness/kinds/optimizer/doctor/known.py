"""The known mistakes of a rule, for `cgp explain`: what each does to the path of one parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from cgp_harness.checks.known import Known, Path
from cgp_harness.kinds.optimizer.diagnosis.changes import returned
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import GOES_ON, mutants_of, short
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import every_answer, home_of
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.task import Assignment

GRADIENTS = (1.0, 1.0, 1.0, -0.5, 2.0, 0.25, 1.0, 1.0, -1.0, 0.5, 0.5, 0.5)
"""Of a parameter that begins at 0; of both signs and several sizes, so that most mistakes show."""
OF_CONVENTION = (
    "This form is in use elsewhere, and this task does not take it: its handout says which it asks "
    "for. Compute one step in both with large values, such as eps = 1, to see them differ.")
OF_ANOTHER = (
    "Either two functions have each other's name, or what makes {title} is computed and not used: "
    "follow each of its states from where it is read to what is returned.")


def known(assignment: Assignment, task: OptimizerTask) -> Iterator[Known]:
    """Those of `mistakes.toml`, single changes of the solution that have a name, other answers of
    the solution that the task does not accept, and other rules of the homework."""
    said, title = set[str](), short(task.title)
    every = mutants_of(assignment, task).values()

    def told(right: Mutant, found: Iterable[Mutant]) -> Iterator[Known]:
        for each in (part for one in found for part in one.named):
            if each.id not in said:
                said.add(each.id)
                yield Known(
                    each.id, f"Your update is {title}{_joined(each.said.general)}.",
                    each.hint, task.equation, partial(_path, right, each))

    for mutants in every:
        yield from told(mutants.right, (*mutants.known, *mutants.ways))
    for name, answer in every_answer(*home_of(assignment, task)).conventions.items():
        if name not in said:
            yield Known(name, f"Your update is {title}{_joined(answer.phrase)}.", OF_CONVENTION,
                        task.equation)
    for name, (says, hint) in returned.WORDS.items():
        yield Known(name, f"Your update is {title}{_joined(says)}.", hint, task.equation)
    others = {other.id: short(other.title) for other in assignment.tasks
              if isinstance(other, OptimizerTask) and other.id != task.id}
    for name, other in {"sgd": "plain SGD", **others}.items():
        yield Known(f"is_{name}", f"Your update is {other}, and the task asks for {title}.",
                    OF_ANOTHER.format(title=title), task.equation)
    # Thousands: last, so that who asks for a name that somebody gave need not wait for them.
    for mutants in every:
        yield from told(mutants.right, mutants.singles)


def _joined(clause: str) -> str:
    """A clause after the name of a rule."""
    return f" {clause}" if clause.partition(" ")[0] in GOES_ON else f", but {clause}"


def _path(right: Mutant, wrong: Mutant) -> Path | None:
    run = Trajectory(((1,),), np.array(GRADIENTS)[:, None], {})
    whole = right.whole(run)
    places = [0.0 - np.cumsum(one.steps(whole)[:, 0]) for one in (right, wrong)]
    first, second = ((0.0, *map(float, one)) for one in places)
    values = ", ".join(f"{name} = {value:g}" for name, value in whole.hyperparameters.items())
    return Path(GRADIENTS, first, second, values)
