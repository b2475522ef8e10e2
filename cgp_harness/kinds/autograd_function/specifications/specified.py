"""What a task's Function is compared with: a specification that it names, or its solution's answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.assignment.solution import OWN, answers_to, once_a_task
from cgp_harness.assignment.written_mistakes import refuse_changes, written
from cgp_harness.checks.adequacy import Adequacy
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications.installed import (
    built_in,
    named,
    specifications,
)
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
        known = named(task)
        if isinstance(known, Specification):
            return {OWN: known}
        return _of_solution(built_in(), known)
    if not assignment.solution:
        raise HarnessError(
            f"nothing says what {task.id!r} must compute", where=f"task {task.id!r}",
            expected="the right answer in a `solution.py` beside assignment.toml, or the name of a "
            f"specification: {', '.join(specifications())}",
            fix='write specification = "…" into the task, or the answer into solution.py',
            field="id")
    return _of_solution(assignment, task)


@once_a_task
def _of_solution(assignment: Assignment, task: FunctionTask) -> dict[str, Specification]:
    # torch takes 2 s to import, and only here is it needed.
    from cgp_harness.kinds.autograd_function.specifications.from_solution.making import (
        specified_by,
    )

    mistakes = written(assignment, task)
    return {
        name: specified_by(one.target, task, assignment.solution, assignment.reveal, mistakes)
        for name, one in answers_to(assignment, task).items()}


@once_a_task
def require_mistakes(assignment: Assignment, task: FunctionTask) -> None:
    """See that all that `mistakes.toml` says of a task is a wrong answer to it.

    Raises:
        HarnessError: something is not, or it is a change of a solution where there is none.
    """
    if task.specification:
        refuse_changes(assignment, task, "a specification", "specification")
        return
    from cgp_harness.kinds.autograd_function.specifications.from_solution.told import (
        require_mistakes,
    )

    require_mistakes(specified(assignment, task).values())


def adequacy(assignment: Assignment, task: FunctionTask) -> Adequacy | None:
    """What becomes of every single change of the solution; None of a task that has none."""
    if task.specification:
        return None
    from cgp_harness.kinds.autograd_function.specifications.from_solution.told import untold

    changes, missed, alike = untold(next(iter(specified(assignment, task).values())))
    return Adequacy(
        task.id, "forward and gradient", changes, changes - len(missed) - len(alike),
        tuple(one.said.full for one in missed), tuple(one.said.full for one in alike))
