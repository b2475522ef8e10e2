"""The kind `function`, and its table in an `assignment.toml`; the plugin that adds it."""

import math
from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from cgp_function.contract import CONTRACT
from cgp_function.requests import Library
from cgp_function.starter import STARTER
from cgp_harness.hookspecs import hookimpl
from cgp_harness.kind import CheckInfo, Kind, Mistake
from cgp_harness.task import Assignment, Task

Size = Annotated[int, Meta(ge=1)]

class FunctionTask(Task, frozen=True, kw_only=True):
    """A function to write.

    Attributes:
        specified: `module:function`, importable by the grader: what it must compute, on numpy. If
            left out, it is the solution's answer.
        shapes: of the arguments, call by call: `[[[3], [3]], [[2, 3], [3]]]`. Of an answer in the
            solution they follow from its signature.
        magnitudes: the arguments' numbers are of sizes from the first to the second.
        library: what the student's arguments are arrays of.
        derivative: `module:function`: of a function of one array, number by number; if given, the
            student registers its derivative too, as `<id>_derivative`. So does a solution.
        relative: by what share of itself a number may be off, besides what rounding the arguments
            changes.
    """

    kind: str = "function"
    specified: str = ""
    shapes: tuple[tuple[tuple[Size, ...], ...], ...] = ()
    magnitudes: tuple[float, float] = (1e-3, 1e3)
    library: Library = "numpy"
    derivative: str = ""
    relative: float = 1e-9


def mistakes(assignment: Assignment, task: FunctionTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    low, high = task.magnitudes
    found = [
        (not task.specified and not assignment.solution, "says nowhere what it must compute",
         'a `solution.py` beside assignment.toml, or specified = "module:function"'),
        (bool(task.specified) and not task.shapes, "has no shapes",
         "those of the arguments, call by call: shapes = [[[3], [3]]]"),
        (not 0 < low <= high < math.inf, f"has magnitudes from {low:g} to {high:g}",
         "the smallest, above 0, then the largest"),
        ("derivative" in task.checks and bool(task.specified) and not task.derivative,
         "checks a derivative and declares none", 'derivative = "module:function"'),
    ]
    return [{"what": f"task {task.id!r} {what}", "expected": expected}
            for wrong, what, expected in found if wrong]


FUNCTION = Kind(
    CONTRACT, "cgp_function",
    checks={
        "values": CheckInfo("computes the specified values", cites_equation=True),
        "derivative": CheckInfo("its derivative is the specified one", cites_equation=True),
    },
    task=FunctionTask,
    mistakes=mistakes,
    written_out="the function written out",
    starter=STARTER,
    imports=lambda task: ("torch",) if task.library == "torch" else (),
)


@hookimpl
def cgp_kinds() -> Mapping[str, Kind]:
    """Functions of arrays."""
    return {FUNCTION.name: FUNCTION}
