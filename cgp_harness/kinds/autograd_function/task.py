"""The table of a Function in an `assignment.toml`, and what can be wrong in it."""

from __future__ import annotations

from cgp_harness.kind import Mistake
from cgp_harness.task import Task


class FunctionTask(Task, frozen=True):
    """A Function to write.

    Attributes:
        specification: name of what it must compute.
    """

    kind: str = "autograd_function"
    specification: str = ""


def mistakes(task: FunctionTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    if task.specification:
        return []
    return [{
        "what": f"task {task.id!r} names no specification",
        "expected": 'what the function must compute: specification = "quantize"'}]
