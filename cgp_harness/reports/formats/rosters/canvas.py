"""`canvas.csv`: the gradebook that Canvas exported, with one assignment's column filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cgp_harness.reports.formats.format import Format
from cgp_harness.reports.formats.rosters.cells import Table
from cgp_harness.reports.formats.rosters.filling import (
    Row,
    System,
    Texts,
    fill,
    folded,
    name_key,
)

POSSIBLE = "Points Possible"
EXCUSED = "EX"
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_ASSIGNMENT = re.compile(r"(?P<title>.*\S)\s+\(\d+\)")


def _titles(header: Sequence[str], index: int) -> tuple[str, ...]:
    """An assignment's header is `Title (1234)`; before the sections stand those of students."""
    found = _ASSIGNMENT.fullmatch(header[index])
    last = max((at for at, name in enumerate(header) if name == "Section"), default=-1)
    return (header[index], found["title"]) if found and index > last else ()


def _possible_row(table: Table) -> int:
    return next((number for number, row in enumerate(table.rows)
                 if row and row[0].text.strip().startswith(POSSIBLE)), 0)


def _most(table: Table, index: int) -> float | None:
    row = table.rows[_possible_row(table)]
    text = row[index].text.strip().replace(",", ".") if index < len(row) else ""
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _people(table: Table) -> Sequence[Row]:
    return table.rows[_possible_row(table) + 1:]


def _keys(texts: Texts) -> tuple[tuple[str, ...], ...]:
    name = texts.get("Student") or " ".join(
        texts.get(part, "") for part in ("FirstName", "LastName"))
    ids = tuple(folded(texts.get(one, "")) for one in _IDS)
    # SIS logins are often addresses, of which people know the part before the @.
    login = folded(texts.get("SIS Login ID", "")).partition("@")[0]
    return ids, (login,), (name_key(name),)


def _closed(texts: Texts, now: str) -> str:
    return "excused in Canvas" if now.upper() == EXCUSED else ""


SYSTEM = System(
    "Canvas", "canvas", ("ID", "Section"),
    "in Canvas: Grades, Export, Export Entire Gradebook; give that file, unchanged",
    _titles, _most, _people, _keys, _closed)
CANVAS = Format(
    lambda report, roster: fill(SYSTEM, report, roster),
    fills="the gradebook that Canvas exports (Grades, Export)", needs=True)
