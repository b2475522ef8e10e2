"""How far `cgp grade` is: a bar with the time left on a terminal, else one line per submission.

Of figures, which take a hundredth of that, a log has one line.

All on stderr: stdout holds the summary alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cgp_harness.model import SubmissionReport

if TYPE_CHECKING:
    import rich.progress


class Progress:
    """Told how many submissions there are, then each report as it is there. This one is silent."""

    def begin(self, total: int) -> None:
        """There are so many submissions."""

    def advance(self, report: SubmissionReport) -> None:
        """One more has its report."""


class Lines(Progress):
    """One plain line per submission, for logs."""

    def __init__(self) -> None:
        self.total = self.count = 0

    def begin(self, total: int) -> None:
        """The number that each line counts up to."""
        self.total = total

    def advance(self, report: SubmissionReport) -> None:
        """`[3/60] ada: graded, 95 / 100`."""
        from cgp_harness.probing.text import points, shown
        from cgp_harness.reports.outcome import WORDS, has_grader_error

        self.count += 1
        outcome = f"{WORDS[report.status]}, {points(report.score)} / {points(report.max_score)}"
        if has_grader_error(report):
            outcome = "grader error, no score"
        click.echo(f"[{self.count}/{self.total}] {shown(report.id)}: {outcome}", err=True)


class Drawing(Progress):
    """One plain line for all figures, for logs."""

    def begin(self, total: int) -> None:
        """`drawing the figures of 60 submissions`."""
        from cgp_harness.probing.text import plural

        click.echo(f"drawing the figures of {plural(total, 'submission')}", err=True)


class Bar(Progress):
    """A bar with counts and the time left."""

    def __init__(self, display: rich.progress.Progress) -> None:
        self.display = display
        self.task = display.add_task("", total=None)

    def begin(self, total: int) -> None:
        """The bar's length."""
        self.display.update(self.task, total=total)

    def advance(self, report: SubmissionReport) -> None:
        """One step of the bar."""
        self.display.advance(self.task)


@contextmanager
def progress(*, quiet: bool, drawing: bool = False) -> Iterator[Progress]:
    """The form that fits where stderr goes.

    Args:
        drawing: it is figures that take the time, of what is graded.
    """
    if quiet:
        yield Progress()
    elif not sys.stderr.isatty():
        yield Drawing() if drawing else Lines()
    else:
        from rich import progress as parts
        from rich.console import Console

        columns = (
            parts.TextColumn("drawing figures" if drawing else "grading"), parts.BarColumn(),
            parts.MofNCompleteColumn(), parts.TimeElapsedColumn(), parts.TextColumn("left"),
            parts.TimeRemainingColumn(),
        )
        with parts.Progress(*columns, console=Console(stderr=True), transient=True) as display:
            yield Bar(display)
