"""`gradescope/ID.json`: what Gradescope reads as `/autograder/results/results.json`.

One file for each submission, since there each is graded by itself. Of one that the machine failed
on there is no file: Gradescope then says that the autograder failed, and gives no score.
"""

from __future__ import annotations

import json
from typing import Any

from cgp_harness.model import BatchReport, CheckResult, Status, SubmissionReport, Visibility
from cgp_harness.probing.text import file_part
from cgp_harness.reports.formats import told
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import has_grader_error

FOLDER = "gradescope"
OUTPUT_MAX = 20_000
"""Characters of one check; Gradescope refuses results of many megabytes."""


def encode(report: BatchReport, one: SubmissionReport) -> bytes:
    """One submission's results.

    Each check is withheld by Gradescope itself as its visibility says. Of a `hidden` one even the
    staff's view holds no hidden input, since no student's page does.

    Raises:
        ValueError: the machine failed; there is no score to give.
    """
    if has_grader_error(one):
        raise ValueError(f"{one.id} has no score")
    results: dict[str, Any] = {
        "score": one.score, "execution_time": one.seconds, "output": _head(report, one),
        "output_format": "text", "test_output_format": "text", "test_name_format": "text",
        "visibility": str(Visibility.VISIBLE), "stdout_visibility": str(Visibility.HIDDEN),
        "tests": [_test(report, one, check, number) for number, check in zip(
            _numbers(one), one.checks, strict=True)],
        "extra_data": {
            "schema": report.schema, "sha256": one.sha256, "status": str(one.status),
            "harness": report.environment.harness, "isolation": report.environment.isolation},
    }
    return json.dumps(results, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _head(report: BatchReport, one: SubmissionReport) -> str:
    return "\n".join(filter(None, (
        report.assignment.title, told.unofficially(report), told.notes(one))))


def _test(
    report: BatchReport, one: SubmissionReport, check: CheckResult, number: str
) -> dict[str, Any]:
    passed = check.status is Status.PASSED
    return {
        "name": told.title(check), "number": number, "score": check.score,
        "max_score": check.max_score, "status": "passed" if passed else "failed",
        "output": told.text(one, check, report.assignment, told.UNWRAPPED)[:OUTPUT_MAX],
        "tags": [check.task, check.kind], "visibility": str(check.visibility),
    }


def _numbers(one: SubmissionReport) -> list[str]:
    """`1.1`, `1.2`, … by task."""
    tasks = list(dict.fromkeys(check.task for check in one.checks))
    counts = dict.fromkeys(tasks, 0)
    numbers = []
    for check in one.checks:
        counts[check.task] += 1
        numbers.append(f"{tasks.index(check.task) + 1}.{counts[check.task]}")
    return numbers


def make(report: BatchReport) -> Written:
    """A file for each submission that has a score."""
    return Written(
        {f"{FOLDER}/{file_part(one.id)}.json": encode(report, one)
         for one in report.submissions if not has_grader_error(one)},
        tuple(f"gradescope: {one.id} has no file, since the machine failed on it"
              for one in report.submissions if has_grader_error(one)))


GRADESCOPE = Format(make)
