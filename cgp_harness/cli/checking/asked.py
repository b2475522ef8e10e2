"""Which tasks of a homework are checked."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.task import Assignment


def of_tasks(assignment: Assignment, names: Sequence[str]) -> Assignment:
    """The homework with these tasks alone, in its own order; with all where none is named.

    Raises:
        HarnessError: it has no such task.
    """
    known = [task.id for task in assignment.tasks]
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            raise HarnessError(
                f"{assignment.id} has no task {name!r}", where="--task",
                expected=", ".join(known), fix=f"did you mean {close[0]!r}?" if close else "")
    if not names:
        return assignment
    return msgspec.structs.replace(
        assignment, tasks=tuple(task for task in assignment.tasks if task.id in names))
