"""The kind `function`, and its table in an `assignment.toml`; the plugin that adds it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from cgp_function.contract import CONTRACT
from cgp_function.requests import Library
from cgp_function.starter import STARTER
from cgp_harness.hookspecs import hookimpl
from cgp_harness.kind import CheckInfo, Kind, Mistake
from cgp_harness.task import Task


class FunctionTask(Task, frozen=True):
    """A function to write.

    Attributes:
        specified: `module:function`, importable by the grader: what it must compute, on numpy.
        shapes: of the arguments, call by call: `[[[3], [3]], [[2, 3], [3]]]`.
        magnitudes: the arguments' numbers are of sizes from the first to the second.
        library: what the student's arguments are arrays of.
        derivative: `module:function`: of a function of one array, number by number; if given, the
            student registers its derivative too, as `<id>_derivative`.
        relative: by how much a number may be off.
    """

    kind: str = "function"
    specified: str = ""
    shapes: tuple[tuple[tuple[int, ...], ...], ...] = ()
    magnitudes: tuple[float, float] = (1e-3, 1e3)
    library: Library = "numpy"
    derivative: str = ""
    relative: float = field(default=1e-9)


def mistakes(task: FunctionTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    found: list[Mistake] = [
        {"what": f"task {task.id!r} has no {name!r}",
         "expected": "what it must compute, and the shapes that it is asked for"}
        for name in ("specified", "shapes") if not getattr(task, name)]
    if "derivative" in task.checks and not task.derivative:
        found.append({"what": f"task {task.id!r} checks a derivative and declares none",
                      "expected": 'derivative = "module:function"'})
    return found


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
)


@hookimpl
def cgp_kinds() -> Mapping[str, Kind]:
    """Functions of arrays."""
    return {FUNCTION.name: FUNCTION}
