"""GitLab CI: a container for each job; the submission is the job's project."""

from __future__ import annotations

from pathlib import Path

from cgp_harness.hosts.host import Environ, Handed, Host, Results
from cgp_harness.model import BatchReport
from cgp_harness.reports.formats import gitlab, junit, markdown, told

FOLDER = "cgp-results"


def _read(root: Path, environ: Environ) -> Handed:
    return Handed(root, environ.get("CI_PROJECT_NAME") or "submission")


def _results(report: BatchReport, handed: Handed, environ: Environ) -> Results:
    summary = markdown.encode(report)
    return Results({
        f"{FOLDER}/{junit.FILE}": junit.encode(report),
        f"{FOLDER}/{gitlab.QUALITY}": gitlab.quality(report),
        f"{FOLDER}/{markdown.FILE}": summary}, said=summary.decode())


def _failed() -> Results:
    return Results(said=f"{told.MACHINE_FAILED}\n")


GITLAB = Host(
    "gitlab", "GitLab CI", "container", "",
    {"job/.gitlab-ci.yml": "gitlab/gitlab-ci.yml", "README.md": "gitlab/README.md"},
    assignment="autograder/assignment", harness="autograder/harness", own=(FOLDER,), read=_read,
    results=_results, failed=_failed,
    upload="push autograder and job as two projects of yours, as README.md in it says")
