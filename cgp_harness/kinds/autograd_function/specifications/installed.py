"""What a task may name as that which it asks for: the harness's own, and what plugins add."""

from __future__ import annotations

from functools import cache

from cgp_harness import installed
from cgp_harness.assignment import load
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.task import Assignment
from cgp_reference.errors import meant

BUILT_IN = "autograd_extension"
"""The homework whose solution has the harness's own."""


@cache
def built_in() -> Assignment:
    """The homework on extending Autograd."""
    return load(BUILT_IN)


@cache
def specifications() -> dict[str, Specification | FunctionTask]:
    """What has a name: the tasks of the built-in homework, then the specifications of plugins.

    Raises:
        HarnessError: a plugin's specification has a name that is taken, or another than its own.
    """
    own: dict[str, Specification | FunctionTask] = {
        one.id: one for one in built_in().tasks if isinstance(one, FunctionTask)}
    return installed.joined("specification", own, "cgp_specifications")


def named(task: FunctionTask) -> Specification | FunctionTask:
    """What a task names.

    Raises:
        HarnessError: there is no such specification.
    """
    known = specifications()
    if task.specification not in known:
        raise HarnessError(
            f"there is no specification {task.specification!r}", where=f"task {task.id!r}",
            expected=f"one of {', '.join(known)}",
            fix=meant(task.specification, known,
                      "correct the name, or install the package that adds it"),
            field="specification")
    return known[task.specification]
