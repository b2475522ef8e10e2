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
        specified: `module:function`, importable by the grader: what it must compute, on numpy.
        shapes: of the arguments, call by call: `[[[3], [3]], [[2, 3], [3]]]`.
        magnitudes: the arguments' numbers are of sizes from the first to the second.
        library: what the student's arguments are arrays of.
        derivative: `module:function`: of a function of one array, number by number; if given, the
            student registers its derivative too, as `<id>_derivative`.
        relative: by what share of itself a number may be off, besides what rounding the arguments
            changes.
    """

    kind: str = "function"
    specified: str
    shapes: Annotated[tuple[tuple[tuple[Size, ...], ...], ...], Meta(min_length=1)]
    magnitudes: tuple[float, float] = (1e-3, 1e3)
    library: Library = "numpy"
    derivative: str = ""
    relative: float = 1e-9


def mistakes(_: Assignment, task: FunctionTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    low, high = task.magnitudes
    found = [
        (not 0 < low <= high < math.inf, f"has magnitudes from {low:g} to {high:g}",
         "the smallest, above 0, then the largest"),
        ("derivative" in task.checks and not task.derivative,
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
