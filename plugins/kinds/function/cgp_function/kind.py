"""The kind `function`, and its table in an `assignment.toml`; the plugin that adds it."""

import math
from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from cgp_function.contract import CONTRACT
from cgp_function.requests import Library
from cgp_function.starter import STARTER
from cgp_harness.hookspecs import hookimpl
from cgp_harness.kind import Authored, CheckInfo, Kind, Mistake
from cgp_harness.task import Assignment, Task

Size = Annotated[int, Meta(ge=1)]

class FunctionTask(Task, frozen=True, kw_only=True):
    """A function to write.

    What it must compute is what the solution's answer computes.

    Attributes:
        shapes: of the arguments, call by call: `[[[3], [3]], [[2, 3], [3]]]`; if there are none,
            they follow from the signature of the answer.
        magnitudes: the arguments' numbers are of sizes from the first to the second.
        library: what the student's arguments are arrays of, and the answer's.
        relative: by what share of itself a number may be off, besides what rounding the arguments
            changes.
    """

    kind: str = "function"
    shapes: tuple[tuple[tuple[Size, ...], ...], ...] = ()
    magnitudes: tuple[float, float] = (1e-3, 1e3)
    library: Library = "numpy"
    relative: float = 1e-9


def mistakes(assignment: Assignment, task: FunctionTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    low, high = task.magnitudes
    found = [
        (not assignment.solution, "has no right answer",
         "a `solution.py` beside assignment.toml", ""),
        (not 0 < low <= high < math.inf, f"has magnitudes from {low:g} to {high:g}",
         "the smallest, above 0, then the largest", "magnitudes"),
    ]
    return [{"what": f"task {task.id!r} {what}", "expected": expected, "field": field}
            for wrong, what, expected, field in found if wrong]


FUNCTION = Kind(
    CONTRACT, "cgp_function",
    fixture="function",
    checks={
        "values": CheckInfo("computes the specified values", cites_equation=True),
        "derivative": CheckInfo("its derivative is the specified one", cites_equation=True),
    },
    task=FunctionTask,
    mistakes=mistakes,
    written_out="the function written out",
    starter=STARTER,
    imports=lambda task: ("torch",) if task.library == "torch" else (),
    authored=Authored(
        part="_derivative", asked=lambda check, _, parts: check != "derivative" or parts > 0,
        fields=lambda packages: {"library": "torch"} if "torch" in packages else {}),
)


@hookimpl
def cgp_kinds() -> Mapping[str, Kind]:
    """Functions of arrays."""
    return {FUNCTION.name: FUNCTION}
