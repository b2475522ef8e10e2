"""Gradescope: a container for each submission, as root; `/autograder` is its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cgp_harness.hosts.host import Environ, Handed, Host, Results
from cgp_harness.model import BatchReport, Student
from cgp_harness.reports.formats.gradescope import encode

METADATA = "submission_metadata.json"


def read(root: Path, environ: Environ) -> Handed:
    """The submission, and what its metadata say; a field of another form is passed over."""
    try:
        told = json.loads((root / METADATA).read_text("utf-8"))
    except (OSError, ValueError):
        told = {}
    told = told if isinstance(told, dict) else {}
    users = [one for one in _list(told.get("users")) if isinstance(one, dict)]
    students = [Student(
        "Gradescope", _text(one.get("id")), _text(one.get("name")), _text(one.get("email")))
        for one in users]
    student = students[0] if len(students) == 1 else (
        Student("Gradescope", group=tuple(students)) if students else None)
    before = len(_list(told.get("previous_submissions")))
    return Handed(
        root / "submission", "submission", student, _text(told.get("created_at")),
        before + 1 if told else 0)


def _results(report: BatchReport, handed: Handed, environ: Environ) -> Results:
    [one] = report.submissions
    return Results({"results/results.json": encode(report, one)})


def _failed() -> Results:
    # Without the file Gradescope says that the autograder failed, and gives no score.
    return Results()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else ""


GRADESCOPE = Host(
    "gradescope", "Gradescope", "container", "/autograder",
    {"setup.sh": "gradescope/setup.sh", "run_autograder": "gradescope/run_autograder",
     "README.md": "gradescope/README.md"},
    assignment="assignment", harness="harness", own=("results",), read=read, results=_results,
    failed=_failed, archive="autograder.zip",
    upload="upload autograder.zip under Configure Autograder, with @MAX@ points in all")
