"""How a function is graded: by its values on arrays of the sizes that it is declared for."""

from typing import get_args

from cgp_function.checks import (
    FunctionContext,
    derivative,
    fixed_derivatives,
    fixed_values,
    right,
    values,
)
from cgp_function.kind import FunctionTask
from cgp_function.repairs import with_repairs
from cgp_function.requests import Library
from cgp_harness.checks.adequacy import of_values
from cgp_harness.checks.grading import Grading, Right
from cgp_harness.errors import HarnessError
from cgp_harness.task import Assignment, CheckSpec


def require(assignment: Assignment, task: FunctionTask) -> None:
    """See that all is there that a task asks for.

    Raises:
        HarnessError: it is not.
    """
    if "derivative" in task.checks and right(assignment, task).derivative is None:
        raise HarnessError(
            f"the solution has no function {task.id}_derivative", where=f"task {task.id!r}",
            expected=f'one below @function("{task.id}_derivative"), since the task checks it')


_RIGHT = '''
@function("double")
def double(x):
    return 2 * x
'''

GRADING = Grading(
    checks={"values": values, "derivative": derivative},
    right=tuple(Right(library, "from cgp_function import function\n", _RIGHT, FunctionTask(
        "double", "function", "", {"loads": CheckSpec(1.0), "values": CheckSpec(1.0)},
        library=library,
    ), is_solution=True) for library in get_args(Library)),
    context=FunctionContext,
    require=require,
    afterwards=with_repairs,
    fixed_runs={"values": fixed_values, "derivative": fixed_derivatives},
    adequacy=lambda assignment, task: of_values(
        task.id, "values", *right(assignment, task).told_by),
)
