"""On a host: from the submission that it hands over to the results that it reads."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import traceback
from dataclasses import replace
from pathlib import Path

from cgp_harness import grading, temporary
from cgp_harness.assignment import load
from cgp_harness.collect import collect_one
from cgp_harness.collect.ids import safe_id
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.hosts.host import Environ, Handed, Host, Results
from cgp_harness.model import BatchReport, Problem, Status, Submission
from cgp_harness.reports.outcome import has_grader_error, unofficial
from cgp_harness.reports.whole_file import write_whole
from cgp_harness.sandbox.host import levels

POLICY = "policy/policy.toml"
DONE, BELOW, MACHINE = 0, 1, 3
"""Exit codes: graded; graded, and less than was asked for; no score."""


def work_elsewhere() -> None:
    """From now on this process works, and makes its temporary files, where no other user can write.

    Libraries have caches of names that can be foreseen, and read settings where they are: on GitLab
    that would be the student's project.
    """
    place = temporary.made("cgp-host-")
    place.chmod(0o711)  # workers' folders are below
    tempfile.tempdir = os.environ["TMPDIR"] = str(place)
    os.chdir(place)


def run(
    host: Host, assignment: Path, root: Path, environ: Environ, *, isolation: str,
    fail_under: float,
) -> int:
    """Grade what was handed in, write what the host reads, and print what it shows.

    Whatever fails that is not the student's is no score: what was there before is gone, and the
    host is told so in its own way.

    Args:
        assignment: its folder, which is closed to other users if that is in our power; a policy
            lies beside it, if there is one.
        root: where the host works.
        isolation: the least level; landlock is taken where there is landlock.
        fail_under: percent below which the exit code is 1.

    Returns:
        The exit code.
    """
    for name in host.own:
        _emptied(root / name)
    try:
        report, handed = _graded(host, assignment, root, environ, isolation)
        [one] = report.submissions
        failed = has_grader_error(one)
        results = host.failed() if failed else host.results(report, handed, environ)
    except (HarnessError, MachineError) as error:  # an assignment that fails here was tried before
        print(f"no score: {error}", file=sys.stderr)
        failed, results = True, host.failed()
    except Exception:
        traceback.print_exc()
        failed, results = True, host.failed()
    _give(results, root)
    for name in host.own:
        (root / name).chmod(0o755)  # who collects them may be another user
    if failed:
        return MACHINE
    for note in report.policy.notes if report.policy else ():
        print(f"note: {note}", file=sys.stderr)
    if said := unofficial(report):
        print(f"unofficial: {said}", file=sys.stderr)
        if report.environment.isolation == "container_partly":
            print(f"what the container lacks: {levels.why_partly()}", file=sys.stderr)
    return BELOW if one.percent < fail_under else DONE


def _graded(
    host: Host, assignment: Path, root: Path, environ: Environ, isolation: str
) -> tuple[BatchReport, Handed]:
    level = levels.at_least(isolation)
    _closed(assignment)
    handed = host.read(root, environ)
    submission = replace(
        _submission(handed.folder), id=safe_id(handed.name), student=handed.student,
        submitted_at=handed.submitted_at, attempts=handed.attempts)
    beside = assignment.parent / POLICY
    if beside.is_file():
        _closed(beside.parent)
    return grading.handed_in(
        submission, load(assignment), isolation=level, policy=beside if beside.is_file() else None,
    ), handed


def _submission(folder: Path) -> Submission:
    """What the student handed in; nothing that can be graded is the student's, too."""
    if not folder.is_dir():
        raise MachineError("there is no submission", where=str(folder), expected="a folder")
    try:
        return collect_one(folder)
    except HarnessError as error:
        return Submission("submission", (), problem=Problem(
            Status.STUDENT_ERROR, error.what, expected=error.expected, fix=error.fix))


def _closed(folder: Path) -> None:
    """Take a folder from other users: submissions may run as one of them."""
    if folder.is_dir() and folder.stat().st_uid == os.geteuid():
        folder.chmod(0o700)


def _emptied(folder: Path) -> None:
    """A new folder in the place of what was there: a student's project may hold a link of its name.
    """
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)  # it stays, emptied, where a host has mounted it
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _give(results: Results, root: Path) -> None:
    for name, content in results.files.items():
        write_whole(root / name, content)
    for name, content in results.appended.items():
        with open(name, "ab") as file:
            file.write(content)
    print(results.said, end="", flush=True)
