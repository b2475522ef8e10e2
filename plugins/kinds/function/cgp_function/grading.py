"""How a function is graded: by its values on arrays of the sizes that it is declared for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import get_args

from cgp_function.asking import AskingFunction, evaluate
from cgp_function.kind import FunctionTask
from cgp_function.requests import Library, Shape, arrays_of
from cgp_harness.assignment.array_functions import ArrayFunction, Value, array_function
from cgp_harness.assignment.solution import once_a_task
from cgp_harness.checks.adequacy import of_values
from cgp_harness.checks.context import Context, Outcome, failed
from cgp_harness.checks.grading import Grading, Right
from cgp_harness.checks.of_arrays import FunctionOfArrays
from cgp_harness.errors import HarnessError
from cgp_harness.model import CheckResult, Diagnosis, Floats
from cgp_harness.probing.arrays.ground import Case
from cgp_harness.task import Assignment, CheckSpec


@dataclass(frozen=True)
class FunctionContext(Context):
    """A function under one check."""

    task: FunctionTask


@once_a_task
def right(assignment: Assignment, task: FunctionTask) -> ArrayFunction:
    """What the solution computes.

    Raises:
        HarnessError: there is no answer to the task, or none that can be called.
    """
    return array_function(
        assignment, task, partial(arrays_of, library=task.library), task.shapes, task.magnitudes,
        task.relative)


def require(assignment: Assignment, task: FunctionTask) -> None:
    """See that all is there that a task asks for.

    Raises:
        HarnessError: it is not.
    """
    if "derivative" in task.checks and right(assignment, task).derivative is None:
        raise HarnessError(
            f"the solution has no function {task.id}_derivative", where=f"task {task.id!r}",
            expected=f'one below @function("{task.id}_derivative"), since the task checks it')


def remarks(assignment: Assignment, task: FunctionTask) -> Sequence[str]:
    """What an instructor should know of the solution's answer."""
    names = " and ".join(right(assignment, task).options)
    return (f"Submissions to {task.id} are asked with the default of {names} alone: an argument "
            "that has none is an array, and asked at many values.",) if names else ()


def values(context: FunctionContext) -> Outcome:
    """Is it the solution's function, by one of its conventions?"""
    asked, wanted = _values(context)
    return asked.judged(wanted)


def derivative(context: FunctionContext) -> Outcome:
    """Is what is registered as `<id>_derivative` the solution's derivative?"""
    asked, wanted = _derivative(context)
    if context.subject.manifest.find("function", asked.name) is None:
        return failed(f"No function is registered as {asked.name}: "
                      f'write @function("{asked.name}") above it.')
    return asked.judged(wanted)


def _values(context: FunctionContext) -> tuple[FunctionOfArrays, Sequence[Value]]:
    return _asked(context, context.task.id), right(context.assignment, context.task).values


def _derivative(context: FunctionContext) -> tuple[FunctionOfArrays, Sequence[Value]]:
    wanted = right(context.assignment, context.task).derivative
    return _asked(context, f"{context.task.id}_derivative"), [wanted] if wanted else []


_OF = {"values": _values, "derivative": _derivative}


def _asked(context: FunctionContext, name: str) -> FunctionOfArrays:
    asking: AskingFunction = context.subject.of("function")
    of, library = right(context.assignment, context.task), context.task.library

    def request(case: Case, shape: Shape) -> tuple[object, bytes]:
        return evaluate(name, case, of.numbers, shape, library)

    return FunctionOfArrays(
        context, name, of, request,
        lambda case, shape: asking.value(name, case, of.numbers, shape, library))


def where(
    context: FunctionContext, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By check, its diagnosis with the place of the mistake."""
    each = {check: of(context) for check, of in _OF.items() if check in results}
    said = {check: asked.mended(results[check], wanted) for check, (asked, wanted) in each.items()}
    return {check: one for check, one in said.items() if one}


def _told(check: str, context: FunctionContext) -> Floats | None:
    """What equal mistakes are told by."""
    asked, wanted = _OF[check](context)
    if context.subject.manifest.find("function", asked.name) is None:
        return None
    return right(context.assignment, context.task).fixed_run(wanted, asked.ask)


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
    remarks=remarks,
    afterwards=where,
    fixed_runs={check: partial(_told, check) for check in _OF},
    adequacy=lambda assignment, task: of_values(
        task.id, "values", *right(assignment, task).told_by),
)
