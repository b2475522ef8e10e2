"""`brightspace.csv`: a gradebook that Brightspace exported, with one item's points filled in.

Without one, a table of the form that it imports.
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
    Row,
    System,
    Texts,
    fill,
    folded,
    name_key,
)
from cgp_harness.reports.outcome import has_grader_error

LAST = "End-of-Line Indicator"
_ITEM = re.compile(r"(?P<title>.+) Points Grade(?: <(?P<more>.*)>)?")
_MOST = re.compile(r"MaxPoints:(\d+(?:[.,]\d+)?)")


def _titles(header: Sequence[str], index: int) -> tuple[str, ...]:
    found = _ITEM.fullmatch(header[index])
    return (found["title"], header[index]) if found else ()


def _most(table: Table, index: int) -> float | None:
    found = _MOST.search(table.header[index])
    return float(found[1].replace(",", ".")) if found else None


def _keys(texts: Texts) -> tuple[tuple[str, ...], ...]:
    # Brightspace writes # before these, so that no spreadsheet takes them for numbers.
    ids = tuple(folded(texts.get(name, "").removeprefix("#")) for name in (
        "OrgDefinedId", "Username"))
    address = folded(texts.get("Email", ""))
    name = " ".join(texts.get(part, "") for part in ("First Name", "Last Name"))
    return (*ids, address), (address.partition("@")[0],), (name_key(name),)


def _people(table: Table) -> Sequence[Row]:
    return table.rows[1:]


def plain(report: BatchReport) -> bytes:
    """One row for each student, whose number is what the platform told, else the submission's id.

    The # before it is Brightspace's own sign of a text; no spreadsheet evaluates it.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    # A header that begins with a sign of a formula would be evaluated in a spreadsheet.
    title = re.sub(r"[\s<>]+", " ", report.assignment.title).strip(" =+-@")
    writer.writerow(["OrgDefinedId", f"{title} Points Grade", LAST])
    for one in report.submissions:
        for member in arrival.members(one) or (None,):
            number = (member.user_id if member else "") or one.id
            score = "" if has_grader_error(one) else points(one.score)
            writer.writerow([f"#{number}", score, "#"])
    return table.getvalue().encode("utf-8", "replace")


def _make(report: BatchReport, roster: Roster | None) -> Written:
    return fill(SYSTEM, report, roster) if roster else Written({"brightspace.csv": plain(report)})


SYSTEM = System(
    "Brightspace", "brightspace", (LAST,),
    "in Brightspace: Grades, Enter Grades, Export, with Both keys and Points grade; "
    "give that file, unchanged",
    _titles, _most, _people, _keys)
BRIGHTSPACE = Format(_make, fills="the grades that Brightspace exports")
