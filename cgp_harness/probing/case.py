"""A stored case as people read it, a small table of texts; and run again, in a replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cgp_harness.model import Problem

MOST_ROWS = 12


@dataclass(frozen=True)
class Case:
    """A table of texts.

    Args:
        heading: which rule ran on what.
        marked: row of the first difference; None if it is unknown.
        left_out: how many rows are not shown.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: int | None
    left_out: int


def matrix(value: object) -> list[Sequence[object]]:
    """Rows, whatever was stored."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [row if isinstance(row, Sequence) and not isinstance(row, str) else [row]
            for row in value]


def mapping(value: object) -> Mapping[str, Any]:
    """The same of a table by name."""
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True)
class ReplayRow:
    """One number of a stored counterexample; None stands for a number that is not finite."""

    step: int
    parameter: int
    index: tuple[int, ...]
    gradient: float
    expected: float | None
    stored: float | None
    now: float | None


@dataclass(frozen=True)
class Replay:
    """A check that was run again; `reproduced`: it answers still as is stored.

    Args:
        rows: of a rule's case.
        case: what its check finds now, where that is no rule's; None if it finds nothing.
        stored, now: what it said, and says now.
    """

    rows: tuple[ReplayRow, ...]
    reproduced: bool
    problem: Problem | None = None
    case: Mapping[str, Any] | None = None
    stored: str = ""
    now: str = ""
