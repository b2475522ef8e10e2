"""What a task's Function is compared with: a specification that it names, or its solution's answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.assignment.solution import OWN, answers_to, once_a_task
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
    return _of_solution(assignment, task)


@once_a_task
def _of_solution(assignment: Assignment, task: FunctionTask) -> dict[str, Specification]:
    # torch takes 2 s to import, and only here is it needed.
    from cgp_harness.kinds.autograd_function.specifications.from_solution.making import (
        specified_by,
    )

    return {
        name: specified_by(one.target, task, assignment.solution, assignment.reveal)
        for name, one in answers_to(assignment, task).items()}
