"""`gradebook.csv`: one row per submission and one column per task, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cgp_harness.model import BatchReport, Status, SubmissionReport
from cgp_harness.probing.text import points
from cgp_harness.reports import arrival
from cgp_harness.reports.outcome import has_grader_error
from cgp_harness.reports.whole_file import write_whole

FILE = "gradebook.csv"
FIRST = "student_id"
LAST = ("score", "max_score", "percent", "late_penalty", "status")
TOLD = ("user_id", "name", "email", "submitted_at", "late")
"""By a platform; these columns are there if it told anything. Of a group, with `; ` between."""
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
    told = arrival.is_told(report.submissions)
    writer.writerow([plain_cell(name) for name in (FIRST, *tasks, *LAST, *(TOLD if told else ()))])
    for submission in report.submissions:
        writer.writerow([*_row(submission, tasks), *(_told(submission) if told else ())])
    return table.getvalue().encode("utf-8-sig")


def write(report: BatchReport, folder: Path) -> None:
    """Write `gradebook.csv` into `folder`."""
    write_whole(folder / FILE, encode(report))


def plain_cell(text: str) -> str:
    """A cell that no spreadsheet evaluates: `'` before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _told(submission: SubmissionReport) -> list[str]:
    members = arrival.members(submission)
    late = {None: "", True: "yes", False: "no"}[submission.late]
    return [plain_cell(cell) for cell in (
        *("; ".join(filter(None, (getattr(one, field) for one in members)))
          for field in ("user_id", "name", "email")),
        submission.submitted_at, late)]


def _row(submission: SubmissionReport, tasks: list[str]) -> list[str]:
    # Our own fault is never a score: the cells stay empty, which an LMS reads as "no grade".
    broken = has_grader_error(submission)
    scores = {task: 0.0 for task in tasks}
    for check in submission.checks:
        scores[check.task] += check.score
    status = Status.GRADER_ERROR if broken else submission.status
    return [
        plain_cell(submission.id),
        *("" if broken else points(score) for score in scores.values()),
        "" if broken else points(submission.score),
        points(submission.max_score),
        "" if broken else points(submission.percent),
        points(submission.late_penalty),
        str(status),
    ]
