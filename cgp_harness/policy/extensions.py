"""The table of extensions: `student`, `due`, and where no platform tells it `submitted_at`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from pathlib import Path

from cgp_harness import scoring
from cgp_harness.assignment.typed import text_of
from cgp_harness.errors import HarnessError
from cgp_harness.policy.dates import moment
from cgp_harness.policy.files import content
from cgp_harness.policy.policy import Dates
from cgp_reference.errors import alike

COLUMNS = ("student", "due", "submitted_at")
SEPARATORS = (",", ";", "\t")


def read(path: Path, due: datetime, zone: tzinfo | None) -> tuple[Dates, ...]:
    """All rows, in their order; columns of other names are the instructor's own.

    Args:
        due: of the class.
        zone: of times that say none.

    Raises:
        HarnessError: the file is no such table, or a row cannot be used.
    """
    found: dict[str, Dates] = {}
    for line, row in _rows(path):
        where = f"{path}:{line}"
        student = row["student"]
        if not student:
            raise HarnessError("nobody is named", where=where, expected="a student in each row")
        if student in found:
            raise HarnessError(
                f"{student!r} stands there twice", where=f"{found[student].where} and {line}",
                expected="one row for each student", fix="keep the row that counts")
        found[student] = _dates(student, row, where, due, zone)
    return tuple(found.values())


def _dates(
    student: str, row: Mapping[str, str], where: str, due: datetime, zone: tzinfo | None
) -> Dates:
    own, came = row.get("due", ""), row.get("submitted_at", "")
    if not own and not came:
        raise HarnessError(
            f"nothing is said of {student!r}", where=where,
            expected="a due date, or when it was handed in")
    extension = moment(own, zone, f"{where}, due") if own else None
    if extension and scoring.ends(extension, 0, "day") < scoring.ends(due, 0, "day"):
        raise HarnessError(
            f"the extension of {student!r} ends before the class's due date", where=where,
            expected=f"{due.isoformat(' ', 'minutes')} or later",
            fix="correct the date, or take the row out")
    return Dates(
        student, extension, moment(came, zone, f"{where}, submitted_at") if came else None, where)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not empty with its line, as a table of the known columns."""
    text = text_of(content(path), str(path), 'save it as UTF-8; in Excel as "CSV UTF-8"')
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    names: list[str] = []
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if not names:
                names = _named(row, f"{path}:{reader.line_num}")
                continue
            if len(row) > len(names):
                raise HarnessError(
                    f"the row has {len(row)} cells", where=f"{path}:{reader.line_num}",
                    expected=f"{len(names)}, as the first row has",
                    fix='put a cell that holds a comma between two "')
            yield reader.line_num, dict.fromkeys(COLUMNS, "") | dict(
                zip(names, row, strict=False))
    except csv.Error as error:
        raise HarnessError(
            f"the table cannot be read: {error}", where=f"{path}:{reader.line_num}",
            expected="CSV, as every spreadsheet saves it") from error
    if not names:
        raise HarnessError(
            "the table is empty", where=str(path), expected="a first row: student,due")


def _named(row: list[str], where: str) -> list[str]:
    names = [cell.casefold() for cell in row]
    for name in names:
        if name in COLUMNS and names.count(name) > 1:
            raise HarnessError(
                f"there are {names.count(name)} columns {name!r}", where=where, expected="one",
                fix="rename those that are not meant")
        close = alike(name, COLUMNS, cutoff=0.75)
        if name not in COLUMNS and close and close[0] not in names:
            raise HarnessError(
                f"there is a column {name!r}", where=where,
                expected=f"one of {', '.join(COLUMNS)}", fix=f"did you mean {close[0]!r}?")
    if "student" not in names or not {"due", "submitted_at"} & {*names}:
        raise HarnessError(
            f"the columns are {', '.join(names)}", where=where,
            expected="student and due in the first row; submitted_at may be there, too")
    return names
