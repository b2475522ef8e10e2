"""What a function must compute: what its task names, or the answer of the solution."""

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cgp_function.kind import FunctionTask
from cgp_function.requests import Numbers, Shape, arrays_of
from cgp_harness.assignment.solution import answers_to, of_text, once_a_task
from cgp_harness.errors import HarnessError
from cgp_harness.model import Floats
from cgp_harness.probing.arrays import sizes
from cgp_harness.probing.arrays.axes import Signature, signature
from cgp_harness.probing.arrays.integers import bounds
from cgp_harness.registering.places import where_is
from cgp_harness.task import Assignment

Value = Callable[..., Floats]
Shapes = tuple[Shape, ...]
ABSOLUTE = 1e-12
"""Other right forms may add and subtract numbers as large as the arguments."""


@dataclass(frozen=True, eq=False)
class Specified:
    """What is right, and what it is asked for.

    Args:
        values: functions of arrays: what is right by each convention.
        derivative: of one array, number by number, if there is one.
        shapes: of the arguments, call by call.
        numbers: of what each argument is.
        below: shapes to what the integers of each argument are below.
        everywhere: whether what is not finite is a value like others; if not, it is not asked for.
        absolute: by how much a number may be off, in proportion to the largest argument or to 1.
    """

    values: tuple[Value, ...]
    derivative: Value | None
    shapes: tuple[Shapes, ...]
    numbers: tuple[Numbers, ...]
    below: Callable[[Shapes], tuple[int, ...]] = lambda shapes: (0,) * len(shapes)
    everywhere: bool = True
    absolute: float = 0.0


@once_a_task
def specified(assignment: Assignment, task: FunctionTask) -> Specified:
    """What a task asks for.

    Raises:
        HarnessError: there is nothing that can be asked for.
    """
    if not task.specified:
        return _solved(assignment, task)
    derivative = named(task, task.derivative) if task.derivative else None
    real: Numbers = "real"
    return Specified(
        (named(task, task.specified),), derivative, task.shapes, (real,) * len(task.shapes[0]))


def named(task: FunctionTask, path: str) -> Value:
    """The function that a task names.

    Raises:
        HarnessError: there is none.
    """
    try:
        found: Value = pkgutil.resolve_name(path)
    except (ImportError, AttributeError, ValueError) as error:
        raise HarnessError(
            f"there is no function {path!r}", where=f"task {task.id!r}",
            expected="module:function, of a module that is installed here") from error
    return found


def _solved(assignment: Assignment, task: FunctionTask) -> Specified:
    answers = answers_to(assignment, task)
    own, *_ = targets = [one.target for one in answers.values()]
    read = signature(own, own.__name__, where_is(own))
    values = tuple(partial(_called, one, task, read) for one in targets)
    derivatives = [
        partial(_called, one.target, task, read)
        for one in of_text(assignment.solution).registered
        if (one.kind, one.name) == (task.kind, f"{task.id}_derivative")]

    def runs(case: Sequence[Floats]) -> object:
        return values[0](*case)

    shapes = task.shapes or sizes.shapes(read.arrays, runs)
    if not shapes:
        raise HarnessError(
            f"{own.__name__}() cannot be called at any of the sizes that were tried",
            where=where_is(own), expected="axes of which each may have any size, as long as all of "
            "one name are equal", fix="name the shapes in the task: `shapes = [[[3], [3]]]`")
    return Specified(
        values, derivatives[0] if derivatives else None, shapes,
        tuple(one.numbers for one in read.arrays), bounds(read.arrays, shapes[:2], runs),
        everywhere=False, absolute=ABSOLUTE)


def _called(target: Callable[..., Any], task: FunctionTask, read: Signature, *case: Floats) -> Any:
    given = arrays_of(case, tuple(one.numbers for one in read.arrays), task.library)
    value = target(*given)
    return value.detach().numpy() if hasattr(value, "detach") else value
