"""Homeworks: what they are made of, and how `assignment.toml` is read."""

from cgp_harness.assignment.asked import of_tasks
from cgp_harness.assignment.reading import (
    as_typed,
    folder_of,
    in_form,
    installed,
    line_of,
    load,
    parse,
)
from cgp_harness.task import Assignment, CheckSpec, Limits, Task

__all__ = [
    "Assignment", "CheckSpec", "Limits", "Task", "as_typed", "folder_of", "in_form", "installed",
    "line_of", "load", "of_tasks", "parse"]
