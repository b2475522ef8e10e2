"""`autolab/ID.json`: the one line that Autolab reads as the last of an autograder's output.

A score for each task, which is a problem of the same name there. Of a submission that the machine
failed on there is no file: without the line Autolab gives no score.
"""

from __future__ import annotations

import json

from cgp_harness.model import BatchReport, SubmissionReport
from cgp_harness.probing.text import file_part, points
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import has_grader_error

FOLDER = "autolab"


def encode(one: SubmissionReport) -> bytes:
    """The line."""
    scores: dict[str, float] = {}
    task_of = {check.id: check.task for check in one.checks}
    won = [(check.task, check.score) for check in one.checks]
    won += [(task_of[by.check], by.counted) for by in one.adjustments if by.check in task_of]
    for task, score in won:
        scores[task] = round(scores.get(task, 0.0) + score, 2)
    return json.dumps({"scores": scores, "scoreboard": [one.score]}).encode() + b"\n"


def make(report: BatchReport) -> Written:
    """A file for each submission that has a score."""
    scored = [one for one in report.submissions if not has_grader_error(one)]
    missing = (f"autolab: {one.id} has no file, since the machine failed on it"
               for one in report.submissions if has_grader_error(one))
    # Its scores are of problems, and it has a late policy of its own.
    apart = (f"autolab: {one.id} has {points(one.score)} points, and its problems' sum is another"
             for one in scored if _of_no_problem(one))
    return Written(
        {f"{FOLDER}/{file_part(one.id)}.json": encode(one) for one in scored}, (*missing, *apart))


def _of_no_problem(one: SubmissionReport) -> bool:
    checks = {check.id for check in one.checks}
    return bool(one.late_penalty) or any(by.check not in checks for by in one.adjustments)


AUTOLAB = Format(make)
