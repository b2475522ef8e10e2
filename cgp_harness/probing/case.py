"""A stored case as people read it: a small table of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
