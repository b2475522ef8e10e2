"""`cgp replay`: one check of a submission, run again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from cgp_harness.cli import options

if TYPE_CHECKING:
    from cgp_harness.errors import HarnessError
    from cgp_harness.model import AssignmentInfo, CheckResult, Submission, SubmissionReport


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_Identified)


@click.command(short_help="Run one check of a submission again.")
@click.argument("results", type=options.PATH)
@click.argument("student", metavar="ID")
@click.argument("check_id", metavar="CHECK")
@click.option(
    "-a", "--assignment", "assignment_name", metavar="ASSIGNMENT",
    help="Its folder, where it lies elsewhere now.  [default: the one that RESULTS names]",
)
@options.form
@options.isolation("auto")
def replay(
    *, results: Path, student: str, check_id: str, assignment_name: str | None, form: str,
    isolation: str,
) -> None:
    """Run CHECK (such as adam.update_rule) of submission ID again: its stored case, if it has one.

    RESULTS is a results.json or its folder, with the store beside it. Exits with 0 if the
    submission still answers as stored, else with 1.
    """
    from cgp_harness import replay as replaying
    from cgp_harness.assignment import in_form, load
    from cgp_harness.reports import terminal
    from cgp_harness.reports.results import read
    from cgp_harness.sandbox.host import levels

    report = read(results)
    submission = _called(student, report.submissions, "submission")
    check = _called(check_id, submission.checks, f"check of {student}")
    if check.status in replaying.NEVER_RUN:
        raise _never_run(submission, check)
    assignment = load(assignment_name or _place(report.assignment))
    again = replaying.replay(
        _source(results, submission), in_form(assignment, form), check,
        seed=report.environment.seed, isolation=levels.choose(isolation),
        device=report.environment.device,
    )
    out = terminal.console()
    terminal.show(terminal.replay_lines(again), out)
    raise click.exceptions.Exit(0 if again.reproduced else 1)


def _place(info: AssignmentInfo) -> str:
    return info.folder if info.folder and Path(info.folder).is_dir() else info.id


def _never_run(report: SubmissionReport, check: CheckResult) -> HarnessError:
    from cgp_harness.errors import HarnessError
    from cgp_harness.model import Status

    if check.status is Status.GRADER_ERROR:
        return HarnessError(
            f"{check.id} of {report.id} has no result: the grader failed",
            fix="run `cgp grade` again: it tries this submission once more")
    before = next((one.id for one in report.checks if one.task == check.task and one.status not in (
        Status.PASSED, Status.SKIPPED)), "")
    return HarnessError(
        f"{check.id} of {report.id} was not run", expected="a check that was",
        fix=f"replay {before}, which kept it from running" if before else "")


def _called(name: str, items: Iterable[Item], kind: str) -> Item:

    from cgp_harness.errors import HarnessError
    from cgp_reference.errors import meant

    known = {item.id: item for item in items}
    if name not in known:
        raise HarnessError(
            f"there is no {kind} called {name!r}",
            expected=f"one of {', '.join(known)}" if len(known) <= 12 else f"one of {len(known)}",
            fix=meant(name, known),
        )
    return known[name]


def _source(results: Path, report: SubmissionReport) -> Submission:
    """The submission's files, as they were graded."""
    from cgp_harness import store
    from cgp_harness.errors import HarnessError
    from cgp_harness.model import Submission

    path = (results if results.is_dir() else results.parent) / store.FILE
    with store.Store(path, create=False) as kept:
        files = kept.files(report.sha256)
    if files is None:
        raise HarnessError(
            f"the store does not hold the files of {report.id}", where=str(path),
            expected=f"those with SHA-256 {report.sha256}",
            fix="keep results.json and store.sqlite of one run together",
        )
    if not files:
        raise HarnessError(
            f"{report.id} could not be read, and nothing of it was run", expected="a submission "
            "with files", fix="its page says why")
    return Submission(report.id, files, origin=str(path))
