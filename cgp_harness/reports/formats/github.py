"""`github/`: a summary, annotations and Classroom 50's result, for GitHub Actions.

    cat out/github/summary.md >> "$GITHUB_STEP_SUMMARY"
    cat out/github/annotations.txt

`classroom50.json` has what the grading knows; what the run knows (`owner`, `commit`, …) is put in
by who runs it there, as `cgp export github` does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from cgp_harness.model import AssignmentInfo, BatchReport, CheckResult, Status, SubmissionReport
from cgp_harness.probing.text import file_part, shown
from cgp_harness.reports.formats import markdown, told
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import has_grader_error

FOLDER = "github"
MESSAGE_MAX = 4000
_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _MESSAGE | {":": "%3A", ",": "%2C"}


def annotation(
    report: SubmissionReport, check: CheckResult, assignment: AssignmentInfo, *, named: bool
) -> str:
    """A workflow command, on one line: GitHub shows it beside the file's line.

    Args:
        named: whether to say whose it is.
    """
    file, line = told.place(report, check)
    title = f"{report.id}, {told.title(check)}" if named else told.title(check)
    properties = {"file": file, "line": str(line or ""), "title": title}
    said = ",".join(
        f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items() if value)
    said_of_it = told.text(report, check, assignment, told.UNWRAPPED)[:MESSAGE_MAX]
    text = said_of_it or str(check.status).replace("_", " ")
    return f"::error {said}::{_escaped(text, _MESSAGE)}"


def annotated(report: BatchReport) -> bytes:
    """A line for each check that lost something; of a failure of the machine one, without blame."""
    named = len(report.submissions) > 1
    lines = []
    for one in report.submissions:
        if has_grader_error(one):
            whose = f"{one.id}: " if named else ""
            said = _escaped(whose + told.MACHINE_FAILED, _MESSAGE)
            lines.append(f"::error title=No score::{said}")
        else:
            lines += [annotation(one, check, report.assignment, named=named)
                      for check in told.findings(one)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def classroom50(
    report: BatchReport, one: SubmissionReport, run: Mapping[str, Any]
) -> dict[str, Any]:
    """`classroom50/result/v1`, whose scores are whole numbers: halves are rounded up.

    Args:
        run: `classroom`, `owner`, `submission`, `commit` and so on, as the run knows them.

    Raises:
        ValueError: the machine failed; there is no score to give.
    """
    if has_grader_error(one):
        raise ValueError(f"{one.id} has no score")
    return {
        "schema": "classroom50/result/v1", "assignment": report.assignment.id, **run,
        "score": min(_whole(one.score), _whole(one.max_score)), "max-score": _whole(one.max_score),
        "tests": [{
            "test-name": told.title(check), "passed": check.status is Status.PASSED,
            "score": min(_whole(check.score), _whole(check.max_score)),
            "max-score": _whole(check.max_score), "output":
                told.text(one, check, report.assignment)[:MESSAGE_MAX],
        } for check in one.checks]}


def _whole(score: float) -> int:
    return max(0, math.floor(score + 0.5))


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    return "".join(signs.get(letter, letter) for letter in shown(text))


def make(report: BatchReport) -> Written:
    """The summary, the annotations, and a result for each submission that has a score."""
    results = {
        f"{FOLDER}/classroom50/{file_part(one.id)}.json": json.dumps(
            classroom50(report, one, {"owner": one.id}), ensure_ascii=False, indent=1,
        ).encode("utf-8", "replace") + b"\n"
        for one in report.submissions if not has_grader_error(one)}
    return Written({
        f"{FOLDER}/summary.md": markdown.encode(report),
        f"{FOLDER}/annotations.txt": annotated(report), **results})


GITHUB = Format(make)
