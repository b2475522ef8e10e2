"""The known mistakes of a rule, for `cgp explain`: what each does to the path of one parameter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cgp_harness.checks.known import Known, Path
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import mutants_of, short
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.task import Assignment

GRADIENTS = (1.0, 1.0, 1.0, -0.5, 2.0, 0.25, 1.0, 1.0, -1.0, 0.5, 0.5, 0.5)
"""Of a parameter that begins at 0; of both signs and several sizes, so that most mistakes show."""


def known(assignment: Assignment, task: OptimizerTask) -> Iterator[Known]:
    """Those of `mistakes.toml`, and single changes of the solution that have a name."""
    said: set[str] = set()
    for mutants in mutants_of(assignment, task).values():
        for one in (*mutants.known, *mutants.singles):
            for each in one.named:
                if each.id not in said:
                    said.add(each.id)
                    yield Known(
                        each.id, f"Your update is {short(task.title)} {each.said.general}.",
                        each.hint, task.equation, partial(_path, mutants.right, each))


def _path(right: Mutant, wrong: Mutant) -> Path | None:
    run = Trajectory(((1,),), np.array(GRADIENTS)[:, None], {})
    whole = right.whole(run)
    places = [0.0 - np.cumsum(one.steps(whole)[:, 0]) for one in (right, wrong)]
    first, second = ((0.0, *map(float, one)) for one in places)
    values = ", ".join(f"{name} = {value:g}" for name, value in whole.hyperparameters.items())
    return Path(GRADIENTS, first, second, values)
