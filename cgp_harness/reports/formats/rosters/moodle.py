"""`moodle.csv`: the grading worksheet of a Moodle assignment, with its grades filled in.

Without a worksheet, a table for Moodle's import of grades: address, score.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from cgp_harness.model import BatchReport
from cgp_harness.probing.text import points
from cgp_harness.reports import arrival
from cgp_harness.reports.formats.format import Format, Roster, Written
from cgp_harness.reports.formats.rosters.cells import Table
from cgp_harness.reports.formats.rosters.filling import (
    System,
    Texts,
    fill,
    folded,
    name_key,
)
from cgp_harness.reports.gradebook import plain_cell
from cgp_harness.reports.outcome import has_grader_error

_PARTICIPANT = re.compile(r"\D*(\d+)")


def _titles(header: Sequence[str], index: int) -> tuple[str, ...]:
    return ("Grade",) if header[index] == "Grade" else ()


def _most(table: Table, index: int) -> float | None:
    # "Maximum Grade" of many versions, "Maximum grade" of others.
    at = next((at for at, name in enumerate(table.header) if folded(name) == "maximum grade"), None)
    if at is None:
        return None
    found = {row[at].text.strip().replace(",", ".") for row in table.rows[1:] if at < len(row)}
    [text] = found if len(found) == 1 else [""]
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _keys(texts: Texts) -> tuple[tuple[str, ...], ...]:
    participant = _PARTICIPANT.fullmatch(texts.get("Identifier", ""))
    address = folded(texts.get("Email address", ""))
    return (
        (participant[1] if participant else "", address,
         *(folded(texts.get(name, "")) for name in ("ID number", "Username"))),
        (address.partition("@")[0],), (name_key(texts.get("Full name", "")),))


def _closed(texts: Texts, now: str) -> str:
    can = texts.get("Grade can be changed", "Yes")
    return "" if can == "Yes" else "its grade cannot be changed in Moodle"


def plain(report: BatchReport) -> bytes:
    """One row for each student: what Moodle's import of grades needs, told which column is which.

    No cell where the machine failed: Moodle then leaves the grade as it is.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    title = plain_cell(report.assignment.title)
    writer.writerow(["Email address", "ID number", "Full name", title])
    for one in report.submissions:
        for member in arrival.members(one) or (None,):
            who = (member.email, member.user_id, member.name) if member else ("", one.id, "")
            score = "" if has_grader_error(one) else points(one.score)
            writer.writerow([*map(plain_cell, who), score])
    return table.getvalue().encode("utf-8", "replace")


def _make(report: BatchReport, roster: Roster | None) -> Written:
    return fill(SYSTEM, report, roster) if roster else Written({"moodle.csv": plain(report)})


SYSTEM = System(
    "Moodle", "moodle", ("Identifier", "Grade", "Last modified (grade)"),
    "in Moodle, language English: the assignment, Submissions, Download grading worksheet "
    "(needs Settings, Feedback types, Offline grading worksheet)",
    _titles, _most, lambda table: table.rows[1:], _keys, _closed,
    one_homework=True)
MOODLE = Format(_make, fills="the grading worksheet that Moodle gives")
