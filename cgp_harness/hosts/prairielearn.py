"""PrairieLearn: a container for each submission, as root; `/grade` is its folder."""

from __future__ import annotations

import json
from pathlib import Path

from cgp_harness.hosts.host import Environ, Handed, Host, Results
from cgp_harness.model import BatchReport
from cgp_harness.reports.formats import told
from cgp_harness.reports.formats.prairielearn import encode


def _read(root: Path, environ: Environ) -> Handed:
    return Handed(root / "student", "submission")


def _results(report: BatchReport, handed: Handed, environ: Environ) -> Results:
    [one] = report.submissions
    return Results({"results/results.json": encode(report, one)})


def _failed() -> Results:
    document = {"gradable": False, "message": told.MACHINE_FAILED}
    return Results({"results/results.json": json.dumps(document).encode()})


PRAIRIELEARN = Host(
    "prairielearn", "PrairieLearn", "container", "/grade",
    {"question/info.json": "prairielearn/info.json",
     "question/question.html": "prairielearn/question.html",
     "question/tests/run.sh": "prairielearn/run.sh",
     "image/Dockerfile": "prairielearn/Dockerfile", "README.md": "prairielearn/README.md"},
    assignment="question/tests/assignment", harness="image", own=("results",), read=_read,
    results=_results, failed=_failed,
    upload="build and publish the image, then copy question/ into the course's questions")
