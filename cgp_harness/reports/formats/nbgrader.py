"""`grades.csv`, with the columns of `nbgrader export`."""

from __future__ import annotations

import csv
import io

from cgp_harness.model import BatchReport, Student, SubmissionReport
from cgp_harness.probing.text import points
from cgp_harness.reports import arrival
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.gradebook import plain_cell
from cgp_harness.reports.outcome import has_grader_error

FILE = "grades.csv"
COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score")


def encode(report: BatchReport) -> bytes:
    """One row for each student, and each member of a group. No score where the machine failed.

    Without a byte order mark: programs read this file, and would take it for a part of a name.
    """
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in report.submissions:
        for member in arrival.members(one) or (None,):
            writer.writerow(_row(report, one, member))
    return table.getvalue().encode("utf-8", "replace")


def _row(report: BatchReport, one: SubmissionReport, member: Student | None) -> dict[str, str]:
    first, _, last = (member.name if member else "").strip().rpartition(" ")
    broken = has_grader_error(one)
    due = report.policy.due if report.policy else ""
    texts = {
        "assignment": report.assignment.id, "duedate": due,
        "timestamp": one.submitted_at.replace("T", " "),
        "student_id": _number(one, member),
        "last_name": last, "first_name": first, "email": member.email if member else ""}
    return {name: plain_cell(text) for name, text in texts.items()} | {
        "raw_score": "" if broken else points(one.score + one.late_penalty),
        "late_submission_penalty": "" if broken else points(one.late_penalty),
        "score": "" if broken else points(one.score), "max_score": points(one.max_score)}


def _number(one: SubmissionReport, member: Student | None) -> str:
    if member is None or len(arrival.members(one)) < 2:
        return one.id
    return member.user_id or member.email or member.name or one.id


NBGRADER = Format(lambda report: Written({FILE: encode(report)}))
