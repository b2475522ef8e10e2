"""`cgp replay`: one stored counterexample, run again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from cgp_harness.cli import options

if TYPE_CHECKING:
    from cgp_harness.errors import HarnessError
    from cgp_harness.model import CheckResult, Submission, SubmissionReport


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_Identified)


@click.command(short_help="Run one stored counterexample again.")
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("student", metavar="ID")
@click.argument("check_id", metavar="CHECK")
@click.option(
    "-a", "--assignment", "assignment_name", metavar="ASSIGNMENT",
    help="Where it is not installed: its folder.  [default: the one that RESULTS names]",
)
@options.isolation("auto")
def replay(
    results: Path, student: str, check_id: str, assignment_name: str | None, isolation: str
) -> None:
    """Run the stored case of CHECK (such as adam.update_rule) of submission ID again.

    RESULTS is a results.json or its folder, with the store beside it. Exits with 0 if the
    submission still answers as stored, else with 1.
    """
    from cgp_harness import replay as replaying
    from cgp_harness.assignment import load
    from cgp_harness.reports import terminal
    from cgp_harness.reports.results import read
    from cgp_harness.sandbox.host import levels

    report = read(results)
    submission = _called(student, report.submissions, "submission")
    check = _called(check_id, submission.checks, f"check of {student}")
    if check.counterexample is None:
        raise _without_case(results, submission, check)
    assignment = load(assignment_name or report.assignment.id)
    again = replaying.replay(
        _source(results, submission), assignment, check, seed=report.environment.seed,
        isolation=levels.choose(isolation),
    )
    out = terminal.console()
    terminal.show(terminal.replay_lines(again), out)
    raise click.exceptions.Exit(0 if again.reproduced else 1)


def _without_case(results: Path, report: SubmissionReport, check: CheckResult) -> HarnessError:
    from cgp_harness.errors import HarnessError

    stored = [one for one in report.checks if one.counterexample is not None]
    of_task = [one.id for one in stored if one.task == check.task]
    names = of_task or [one.id for one in stored]
    return HarnessError(
        f"{check.id} of {report.id} stores no case", where=str(results),
        expected="a check that failed on numbers, and shows a smallest case",
        fix=f"replay {' or '.join(names)} instead" if names else
        f"nothing of {report.id} can be replayed",
    )


def _called(name: str, items: Iterable[Item], kind: str) -> Item:
    from difflib import get_close_matches

    from cgp_harness.errors import HarnessError

    known = {item.id: item for item in items}
    if name not in known:
        close = get_close_matches(name, known, n=1)
        raise HarnessError(
            f"there is no {kind} called {name!r}",
            expected=f"one of {', '.join(known)}" if len(known) <= 12 else f"one of {len(known)}",
            fix=f"did you mean {close[0]!r}?" if close else "",
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
    return Submission(report.id, files, origin=str(path))
