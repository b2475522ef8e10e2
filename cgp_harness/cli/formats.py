"""Which report formats `cgp grade --format` means, and what they are given besides the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cgp_harness.errors import HarnessError
from cgp_harness.reports.formats.built_in import DEFAULT
from cgp_harness.reports.formats.format import Format, Roster
from cgp_reference.errors import meant

if TYPE_CHECKING:
    from cgp_harness.hookspecs import ReportWriter
    from cgp_harness.model import AssignmentInfo


def writers(names: Sequence[str]) -> dict[str, ReportWriter]:
    """The writers called `names`; those that are always written if there is no name.

    Raises:
        HarnessError: no format has that name.
    """
    from cgp_harness import installed

    known = installed.report_formats()
    for name in names:
        if name not in known:
            raise HarnessError(
                f"there is no report format {name!r}",
                expected=f"one of {', '.join(sorted(known))}",
                fix=meant(name, known),
            )
    return {name: known[name] for name in names or DEFAULT}


def filling(
    chosen: Mapping[str, ReportWriter], roster: Path | None, column: str, info: AssignmentInfo
) -> dict[str, ReportWriter]:
    """The writers, each with the list that it fills in; what cannot be used is said now.

    Raises:
        HarnessError: a format needs a list and there is none, or the other way round; or it cannot
            use this one.
    """
    takes = {name: one for name, one in chosen.items() if isinstance(one, Format) and one.fills}
    if roster is None:
        for name, one in takes.items():
            if one.needs:
                raise HarnessError(
                    f"the format {name!r} fills in a list, and none was given",
                    expected=one.fills, fix="name the file: --roster FILE")
        if column:
            raise HarnessError("--column names a column of no list", fix="add --roster FILE")
        return dict(chosen)
    if len(takes) != 1:
        raise HarnessError(
            f"--roster is a list for one format, and {', '.join(takes) or 'none'} was asked for",
            where=str(roster), expected="--format canvas, moodle or brightspace",
            fix="ask for one of them in each run: what is graded is not graded again")
    [(name, one)] = takes.items()
    try:
        given = Roster(roster.read_bytes(), column, str(roster))
    except OSError as error:
        raise HarnessError(
            f"the list cannot be read: {(error.strerror or str(error)).lower()}",
            where=str(roster), expected=one.fills) from error
    one.made(_empty(info), given)
    return {**chosen, name: partial(one, roster=given)}


def notes(said: Any) -> tuple[str, ...]:
    """What a writer has to say besides; a plugin's may return anything."""
    return said if isinstance(said, tuple) else ()


def _empty(info: AssignmentInfo) -> Any:
    from cgp_harness.model import BatchReport, Environment

    return BatchReport(info, Environment("", "", "", "", "", "", "", 0, "", 0.0), ())
