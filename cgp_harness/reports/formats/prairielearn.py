"""`prairielearn/ID.json`: what PrairieLearn reads as `/grade/results/results.json`.

Students see all of it. A submission that the machine failed on is "not gradable": PrairieLearn then
gives no score, and takes no attempt.
"""

from __future__ import annotations

import json
from typing import Any

from cgp_harness.model import BatchReport, CheckResult, SubmissionReport
from cgp_harness.probing.text import file_part
from cgp_harness.reports.formats import told
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import has_grader_error

FOLDER = "prairielearn"
BYTES_MAX = 1_000_000
"""PrairieLearn takes results of 1 MB."""


def encode(report: BatchReport, one: SubmissionReport) -> bytes:
    """One submission's results, of at most 1 MB: texts are cut where they are longer."""
    if has_grader_error(one):
        return _written({"gradable": False, "message": told.MACHINE_FAILED})
    longest = 100_000
    while len(written := _written(_results(report, one, longest))) > BYTES_MAX:
        longest //= 2
    return written


def _results(report: BatchReport, one: SubmissionReport, longest: int) -> dict[str, Any]:
    share = one.score / one.max_score if one.max_score else 0.0
    return {
        "gradable": True, "score": min(1.0, max(0.0, share)),
        "message": told.unofficially(report), "output": told.notes(one)[:longest],
        "tests": [_test(report, one, check, longest) for check in one.checks]}


def _test(
    report: BatchReport, one: SubmissionReport, check: CheckResult, longest: int
) -> dict[str, Any]:
    return {
        "name": told.title(check), "description": "", "points": check.score,
        "max_points": check.max_score, "message": "",
        "output": told.text(one, check, report.assignment)[:longest]}


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


PRAIRIELEARN = Format(lambda report: Written({
    f"{FOLDER}/{file_part(one.id)}.json": encode(report, one) for one in report.submissions}))
