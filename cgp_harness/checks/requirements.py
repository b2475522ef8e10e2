"""What an assignment names, and this machine must have."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable

from cgp_harness.checks.grading import grading_of
from cgp_harness.checks.kind_parts import require_whole
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.task import Assignment


def require_named(
    assignment: Assignment, place_of: Callable[[Assignment, str, str, str], str] = lambda *_: ""
) -> None:
    """Find a misspelt problem or specification before anything is graded, not in every submission.

    Args:
        place_of: where something is written: `assignment.place_of`.

    Raises:
        HarnessError: one that is not there, a package that this machine has not, or a kind of task
            that is not whole.
    """
    for name in dict.fromkeys(task.kind for task in assignment.tasks):
        require_whole(kinds()[name])
    for package in assignment.packages:
        try:
            importlib.metadata.distribution(package)
        except importlib.metadata.PackageNotFoundError as error:
            raise HarnessError(
                f"the package {package!r}, which submissions may import, is not installed here",
                where=place_of(assignment, "", "packages", ""),
                expected="what `packages` of the assignment names",
                fix=f'pip install "{package}", or correct the name',
            ) from error
    for task in assignment.tasks:
        try:
            grading_of(kinds()[task.kind]).require(assignment, task)
        except HarnessError as error:
            where = place_of(assignment, task.id, error.field, error.where)
            if not where:
                raise
            raise HarnessError(
                error.what, where=where, expected=error.expected, fix=error.fix) from error
