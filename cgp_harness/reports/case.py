"""A stored counterexample as a small table: the smallest case that shows what is wrong.

A check that makes its own `table` has it shown so; else the case is shown as its kind says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cgp_harness.installed import kinds
from cgp_harness.probing.case import MOST_ROWS, Case, mapping, matrix
from cgp_harness.probing.text import number, number_pair, shown


def case_of(counterexample: Mapping[str, Any] | None) -> Case | None:
    """The table of a counterexample; None if there is nothing to show."""
    if not counterexample:
        return None
    if written := mapping(counterexample.get("table")):
        return _as_written(written)
    cases = (kind.case(counterexample) for kind in kinds().values())
    return next((case for case in cases if case is not None), None)


def _as_written(table: Mapping[str, Any]) -> Case | None:
    """The table that a check has made itself; None if it is none."""
    named = table.get("columns")
    columns = tuple(shown(str(one)) for one in (named if isinstance(named, Sequence) else ()))
    rows = [row for row in matrix(table.get("rows")) if len(row) == len(columns)]
    if not rows:
        return None
    marked = table.get("first_difference")
    first = marked if isinstance(marked, int) and 0 <= marked < len(rows) else None
    # The rows around the first difference, as far as possible from the first row on.
    begin = max(0, min((first or 0) - MOST_ROWS // 2, len(rows) - MOST_ROWS))
    kept = rows[begin:begin + MOST_ROWS]
    return Case(
        shown(str(table.get("heading", ""))), columns, _cells(columns, kept, (first or 0) - begin),
        None if first is None else first - begin, left_out=len(rows) - len(kept))


def _cells(
    columns: tuple[str, ...], rows: list[Sequence[object]], first: int
) -> tuple[tuple[str, ...], ...]:
    """Texts; from the first difference on, what was got and what was expected in as many digits as
    tell them apart: above it they count as equal."""
    cells = [[number(cell) for cell in row] for row in rows]
    if {"got", "expected"} <= set(columns):
        got, expected = columns.index("got"), columns.index("expected")
        for row, texts in zip(rows[first:], cells[first:], strict=True):
            texts[got], texts[expected] = number_pair(row[got], row[expected])
    return tuple(map(tuple, cells))
