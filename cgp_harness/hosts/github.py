"""GitHub Actions: a virtual machine for each job; the submission is a checkout beside the grader's.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from cgp_harness.hosts.host import Environ, Handed, Host, Results
from cgp_harness.model import BatchReport
from cgp_harness.reports.formats import github, junit, markdown, told
from cgp_harness.reports.outcome import has_grader_error

CLASSROOM50 = (
    "CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")


def _read(root: Path, environ: Environ) -> Handed:
    whole = environ.get("SUBMISSION_REPOSITORY") or environ.get("GITHUB_REPOSITORY", "")
    return Handed(root / "submission", whole.rpartition("/")[2] or "submission")


def _results(report: BatchReport, handed: Handed, environ: Environ) -> Results:
    [one] = report.submissions
    summary = markdown.encode(report)
    files = {"results/junit.xml": junit.encode(report), "results/summary.md": summary}
    if all(environ.get(name) for name in CLASSROOM50) and not has_grader_error(one):
        files["result.json"] = json.dumps(
            github.classroom50(report, one, _run(handed, environ)), indent=1).encode()
    appended = {}
    if environ.get("GITHUB_STEP_SUMMARY"):
        appended[environ["GITHUB_STEP_SUMMARY"]] = summary
    if environ.get("GITHUB_OUTPUT"):
        appended[environ["GITHUB_OUTPUT"]] = (
            f"score={one.score:g}\nmax-score={one.max_score:g}\n".encode())
    # What is printed is read for commands: the summary, which students have a hand in, is not.
    token = secrets.token_hex(16)
    said = f"::stop-commands::{token}\n{summary.decode()}\n::{token}::\n"
    return Results(files, appended, said + github.annotated(report).decode())


def _run(handed: Handed, environ: Environ) -> dict[str, str]:
    """What the runner knows, in the names of Classroom 50."""
    return {
        "classroom": environ["CLASSROOM"], "assignment": environ["ASSIGNMENT"],
        "assignment_type": "group" if environ.get("MODE") == "group" else "individual",
        "owner": environ.get("OWNER") or environ.get("USERNAME") or handed.name,
        "submission": environ["SUBMISSION_TAG"], "commit": environ["COMMIT_URL"],
        "release": environ["RELEASE_URL"],
        "review": environ.get("REVIEW_URL") or environ["COMMIT_URL"],
        "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _failed() -> Results:
    return Results(said=f"::error title=No score::{told.MACHINE_FAILED}\n")


GITHUB = Host(
    "github", "GitHub Actions", "landlock", "",
    {".github/workflows/grade.yml": "github/grade.yml", "README.md": "github/README.md"},
    assignment="assignment", harness="harness", own=("results",), read=_read, results=_results,
    failed=_failed,
    upload="push it as a private repository of yours, and start the workflow for a student's")
