"""Submissions that were found and not yet read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cgp_harness.collect.contents import Contents
from cgp_harness.collect.limits import Budget
from cgp_harness.model import Student


@dataclass(frozen=True)
class Entry:
    """One submission before it is read.

    Args:
        name: what its id is made from.
        origin: where it is, as the instructor wrote the path.
        read: gives its files, or raises `IntakeError`.
        student, submitted_at, late, attempts: see `Submission`.
    """

    name: str
    origin: str
    read: Callable[[Budget], Contents]
    student: Student | None = None
    submitted_at: str = ""
    late: bool | None = None
    attempts: int = 0


@dataclass(frozen=True)
class Found:
    """What a path holds: its submissions, and what is said of the rest to the staff."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
