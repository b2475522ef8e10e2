"""How far `cgp grade` is: a bar with the time left on a terminal, else one line per submission.

All on stderr: stdout holds the summary alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click

from cgp_harness.model import SubmissionReport


class Progress(Protocol):
    """Told how many submissions there are, then each report as it is there."""

    def begin(self, total: int) -> None: ...

    def advance(self, report: SubmissionReport) -> None: ...


class Lines:
    """One plain line per submission, for logs."""

    def __init__(self) -> None:
        self.total = self.count = 0

    def begin(self, total: int) -> None:
        self.total = total

    def advance(self, report: SubmissionReport) -> None:
        from cgp_harness.reports.outcome import WORDS, has_grader_error
        from cgp_harness.reports.text import points, shown

        self.count += 1
        score = "no score" if has_grader_error(report) else (
            f"{points(report.score)} / {points(report.max_score)}"
        )
        click.echo(
            f"[{self.count}/{self.total}] {shown(report.id)}: {WORDS[report.status]}, {score}",
            err=True,
        )


class Silence:
    """Nothing."""

    def begin(self, total: int) -> None:
        pass

    def advance(self, report: SubmissionReport) -> None:
        pass


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """The form that fits where stderr goes."""
    import sys

    if quiet:
        yield Silence()
    elif not sys.stderr.isatty():
        yield Lines()
    else:
        with _bar() as bar:
            yield bar


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn,
    )
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("grading", total=None)

        class Bar:
            def begin(self, total: int) -> None:
                display.update(task, total=total)

            def advance(self, report: SubmissionReport) -> None:
                display.advance(task)

        yield Bar()
