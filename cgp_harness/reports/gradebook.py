"""`gradebook.csv`: one row per submission and one column per task, for a spreadsheet.

What nobody uses has no column: adjustments, a late penalty, what a platform tells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from cgp_harness.model import BatchReport, Status, SubmissionReport
from cgp_harness.probing.text import points
from cgp_harness.reports import arrival
from cgp_harness.reports.account import lines as account
from cgp_harness.reports.outcome import has_grader_error
from cgp_harness.reports.whole_file import write_whole

FILE = "gradebook.csv"
FIRST = "student_id"
# What Excel, LibreOffice and Google Sheets take for a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def encode(report: BatchReport) -> bytes:
    """The table as RFC 4180 CSV.

    With a byte order mark: this file is for people, and Excel takes UTF-8 without one for the
    local code page, which garbles names. Programs read `results.json`, or this as `utf-8-sig`.
    """
    tasks = list(dict.fromkeys(
        check.task for submission in report.submissions for check in submission.checks
    ))
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    columns = _columns(report.submissions)
    writer.writerow([plain_cell(name) for name in (FIRST, *tasks, *columns)])
    for submission in report.submissions:
        writer.writerow([*_scores(submission, tasks), *(
            cell(submission) for cell in columns.values())])
    return table.getvalue().encode("utf-8-sig")


def write(report: BatchReport, folder: Path) -> None:
    """Write `gradebook.csv` into `folder`."""
    write_whole(folder / FILE, encode(report))


def plain_cell(text: str) -> str:
    """A cell that no spreadsheet evaluates: `'` before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _columns(reports: Sequence[SubmissionReport]) -> dict[str, Callable[[SubmissionReport], str]]:
    """Those after the tasks' that this class needs, and what each has in a row."""
    columns: dict[str, Callable[[SubmissionReport], str]] = {}
    if any(one.adjustments for one in reports):
        columns["adjustments"] = lambda one: _unless_broken(
            one, sum(adjustment.counted for adjustment in one.adjustments))
    punished = any(one.lateness and one.lateness.unit for one in reports)
    if punished or any(one.late_penalty for one in reports):
        columns["late_penalty"] = lambda one: _unless_broken(one, one.late_penalty)
    columns |= {
        "score": lambda one: _unless_broken(one, one.score),
        "max_score": lambda one: points(one.max_score),
        "percent": lambda one: _unless_broken(one, one.percent),
        "status": lambda one: str(Status.GRADER_ERROR if has_grader_error(one) else one.status)}
    if arrival.is_told(reports):
        columns |= {field: partial(_of_members, field) for field in ("user_id", "name", "email")}
        columns["submitted_at"] = lambda one: plain_cell(one.submitted_at)
    if arrival.is_told(reports) or punished:
        columns["late"] = _late
    if any(one.attempts for one in reports):
        columns["attempts"] = lambda one: str(one.attempts or "")
    return columns


def _of_members(field: str, submission: SubmissionReport) -> str:
    members = arrival.members(submission)
    return plain_cell("; ".join(filter(None, (getattr(one, field) for one in members))))


def _late(submission: SubmissionReport) -> str:
    """By the policy: `2 days`, `no`, or `unknown`; without one as the platform says."""
    found = submission.lateness
    if found and found.unit:
        return "unknown" if found.unknown else account.amount(submission) or "no"
    return {None: "", True: "yes", False: "no"}[submission.late]


def _scores(submission: SubmissionReport, tasks: Sequence[str]) -> Iterator[str]:
    """The id, and the points of each task as they were graded."""
    scores = {task: 0.0 for task in tasks}
    for check in submission.checks:
        scores[check.task] += check.score
    yield plain_cell(submission.id)
    yield from (_unless_broken(submission, score) for score in scores.values())


def _unless_broken(submission: SubmissionReport, value: float) -> str:
    # Our own fault is never a score: the cells stay empty, which an LMS reads as "no grade".
    return "" if has_grader_error(submission) else points(value)
