"""Pages of submissions that are no longer there: a grade that does not count any more."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from cgp_harness.probing.text import plural, shown
from cgp_harness.reports import figures
from cgp_harness.reports.pages.layout import GENERATOR
from cgp_harness.reports.pages.names import STUDENTS

MOST_NAMED = 5
BEGIN = 2_000
"""Bytes in which a page says by whom it is."""


def removed(folder: Path, current: Collection[str]) -> tuple[str, ...]:
    """Remove the pages and figures of all but the current submissions; no file that is not ours.

    Args:
        current: the names of the pages that were written now.

    Returns:
        A sentence that names them; none if there was none.
    """
    gone = sorted(
        path for path in (folder / STUDENTS).glob("*.html")
        if path.name not in current and _is_ours(path))
    for path in gone:
        path.unlink(missing_ok=True)
        drawn = folder / figures.FOLDER / path.stem
        for figure in drawn.glob("*.svg"):
            figure.unlink(missing_ok=True)
        with suppress(OSError):  # it is not there, or holds what is not ours
            drawn.rmdir()
    if not gone:
        return ()
    names = ", ".join(shown(path.stem) for path in gone[:MOST_NAMED])
    more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
    return (
        f"removed {plural(len(gone), 'page')} of submissions that are no longer there: "
        f"{names}{more}",)


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return f'name="generator" content="{GENERATOR}"'.encode() in file.read(BEGIN)
    except OSError:
        return False
