"""Which tasks of a homework are checked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cgp_harness.errors import HarnessError, meant
from cgp_harness.task import Assignment


def of_tasks(assignment: Assignment, names: Sequence[str]) -> Assignment:
    """The homework with these tasks alone, in its own order; with all where none is named.

    Raises:
        HarnessError: it has no such task.
    """
    known = [task.id for task in assignment.tasks]
    for name in names:
        if name not in known:
            raise HarnessError(
                f"{assignment.id} has no task {name!r}", where="--task",
                expected=", ".join(known), fix=meant(name, known))
    if not names:
        return assignment
    return msgspec.structs.replace(
        assignment, tasks=tuple(task for task in assignment.tasks if task.id in names))
