"""Homeworks: what they are made of, and how `assignment.toml` is read."""

from cgp_harness.assignment.asked import of_tasks
from cgp_harness.assignment.reading import (
    as_typed,
    folder_of,
    in_form,
    installed,
    load,
    parse,
    place_of,
    typed_name,
)
from cgp_harness.task import Assignment, CheckSpec, Limits, Task

__all__ = [
    "Assignment", "CheckSpec", "Limits", "Task", "as_typed", "folder_of", "in_form", "installed",
    "load", "of_tasks", "parse", "place_of", "typed_name"]
