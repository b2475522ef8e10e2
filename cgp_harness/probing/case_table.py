"""A failing case of an extension as a table of plain numbers and texts, for reports to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Cell = float | int | str | None


def table(
    heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]],
    first_difference: int | None = None,
) -> dict[str, Any]:
    """The part of a stored case that people read.

    Args:
        heading: what was called on what.
        columns: as many as each row has cells.
        rows: numbers and texts; a number that is not finite is stored as its name.
        first_difference: row that is to be marked.
    """
    return {"table": {
        "heading": heading, "columns": list(columns),
        "rows": [[_cell(cell) for cell in row] for row in rows],
        "first_difference": first_difference,
    }}


def _cell(cell: object) -> Cell:
    if cell is None or isinstance(cell, (str, bool, int)):
        return cell
    if isinstance(cell, (float, np.floating)):
        number = float(cell)
        return number if np.isfinite(number) else str(number)
    return int(cell) if isinstance(cell, np.integer) else str(cell)
