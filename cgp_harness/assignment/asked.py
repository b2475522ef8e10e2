"""Which tasks of a homework are checked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.registering.misfits import shown
from cgp_harness.task import Assignment
from cgp_reference.errors import meant


def of_tasks(assignment: Assignment, names: str | Sequence[str]) -> Assignment:
    """The homework with these tasks alone, in its own order; with all where none is named.

    Args:
        names: one, or several.

    Raises:
        HarnessError: it has no such task.
    """
    one_alone = isinstance(names, str) or not isinstance(names, Sequence)
    chosen: list[object] = [names] if one_alone else [*names]
    known = [task.id for task in assignment.tasks]
    for name in chosen:
        if name not in known:
            said, fix = (repr(name), meant(name, known)) if isinstance(name, str) else (
                shown(name), "")
            raise HarnessError(
                f"{said} is no task of {assignment.id}", expected=", ".join(known), fix=fix)
    if not chosen:
        return assignment
    return msgspec.structs.replace(
        assignment, tasks=tuple(task for task in assignment.tasks if task.id in chosen))
