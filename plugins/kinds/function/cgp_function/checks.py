"""The checks of a function: its values on arrays of the sizes that it is declared for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cgp_function.asking import AskingFunction
from cgp_function.kind import FunctionTask
from cgp_function.requests import Shape, arrays_of
from cgp_harness.assignment.array_functions import ArrayFunction, Value, array_function
from cgp_harness.assignment.solution import once_a_task
from cgp_harness.checks.context import Context, Outcome, failed, passed
from cgp_harness.model import Floats, Status
from cgp_harness.probing.arrays.ground import Case, call, hard_to_read
from cgp_harness.probing.case_table import table
from cgp_harness.probing.search import smallest_failure
from cgp_harness.task import Assignment


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


def values(context: FunctionContext) -> Outcome:
    """Is it the solution's function, by one of its conventions?"""
    outcomes = [
        judged(context, context.task.id, value)
        for value in right(context.assignment, context.task).values]
    return next((one for one in outcomes if one.status is Status.PASSED), outcomes[0])


def derivative(context: FunctionContext) -> Outcome:
    """Is what is registered as `<id>_derivative` the solution's derivative?"""
    name = f"{context.task.id}_derivative"
    if context.subject.manifest.find("function", name) is None:
        return failed(f"No function is registered as {name}: write @function(\"{name}\") above it.")
    wanted = right(context.assignment, context.task).derivative
    assert wanted is not None  # else nothing is graded
    return judged(context, name, wanted)


def judged(context: FunctionContext, name: str, value: Value) -> Outcome:
    """Is what is registered so that function?"""
    ask, asked = _asking(context, name), right(context.assignment, context.task)

    def compared(case: Case) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        wanted = value(*case)
        got = ask(case, wanted.shape)
        return got, wanted, asked.wrong(value, case, got)

    def fails(case: Case) -> bool:
        return bool(compared(case)[2].any())

    fixed = next(filter(fails, asked.ground.fixed()), None)
    case = smallest_failure(
        asked.ground.drawn(), context.seed, fails, hard_to_read) or fixed
    if case is None:
        return passed()
    got, wanted, wrong = (one.ravel() for one in compared(case))
    return failed(
        f"{name} computes other values than specified.",
        diagnosis=asked.named(value, ask, f"Your {name}"), counterexample=table(
            f"{name}({call(case)})", ("number", "got", "expected"),
            list(zip(range(1, got.size + 1), got, wanted, strict=True)), int(np.argmax(wrong))))


def _asking(context: FunctionContext, name: str) -> Callable[[Case, Shape], Floats]:
    """A case, and the shape of its value, to what the submission's function gives."""
    asking: AskingFunction = context.subject.of("function")
    numbers = right(context.assignment, context.task).numbers
    return lambda case, shape: asking.value(name, case, numbers, shape, context.task.library)


def fixed_values(context: FunctionContext) -> Floats | None:
    """What equal mistakes are told by."""
    asked = right(context.assignment, context.task)
    return asked.fixed_run(asked.values, _asking(context, context.task.id))


def fixed_derivatives(context: FunctionContext) -> Floats | None:
    """The same of a derivative, if there is one."""
    asked, name = right(context.assignment, context.task), f"{context.task.id}_derivative"
    if asked.derivative is None or context.subject.manifest.find("function", name) is None:
        return None
    return asked.fixed_run([asked.derivative], _asking(context, name))
