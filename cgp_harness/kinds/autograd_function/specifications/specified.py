"""What a task's Function is compared with: a specification that it names, or its solution's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from cgp_harness.assignment.solution import OWN, answers_to
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications.installed import named, specifications
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.task import Assignment


def specified(assignment: Assignment, task: FunctionTask) -> Mapping[str, Specification]:
    """What counts as right, by the name of its convention; the first stands for all in messages.

    One and the same object for the same task, which remembers what it was asked.

    Raises:
        HarnessError: there is nothing, or nobody can be asked for it.
    """
    if task.specification:
        return {OWN: named(task)}
    if not assignment.solution:
        raise HarnessError(
            f"nothing says what {task.id!r} must compute", where=f"task {task.id!r}",
            expected="the right answer in a `solution.py` beside assignment.toml, or the name of a "
            f"specification: {', '.join(specifications())}")
    return _of_solution(_Asked(assignment, task))


class _Asked:
    """An assignment and a task of it, equal to those that give the same answers."""

    def __init__(self, assignment: Assignment, task: FunctionTask) -> None:
        self.assignment, self.task = assignment, task
        self._key = (assignment.solution, assignment.reveal, msgspec.json.encode(task))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key


@lru_cache(maxsize=64)
def _of_solution(asked: _Asked) -> dict[str, Specification]:
    # torch takes 2 s to import, and only here is it needed.
    from cgp_harness.kinds.autograd_function.specifications.from_solution.making import (
        specified_by,
    )

    assignment, task = asked.assignment, asked.task
    return {
        name: specified_by(one.target, task, assignment.solution, assignment.reveal)
        for name, one in answers_to(assignment, task).items()}
