"""What `cgp check` writes: a page, results, figures."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders
from cgp_harness.errors import HarnessError

if TYPE_CHECKING:
    from cgp_harness.model import BatchReport, SubmissionReport

PAGE, RESULTS = ".html", ".json"


def require_usable(file: Path) -> None:
    """See to it, before anything is checked, that the file says what it is to be.

    Raises:
        HarnessError: it does not, or it cannot be written there.
    """
    if file.suffix not in (PAGE, RESULTS):
        raise HarnessError(
            f"nothing is known to write into a file {file.suffix or 'without an ending'}",
            where=f"--output {file}", expected=f"a name that ends with {PAGE} or {RESULTS}")
    folders.made(file.parent, "the report", "--output")


def show(report: BatchReport) -> None:
    """Print the results, and nothing else, on stdout."""
    from cgp_harness.reports import results

    sys.stdout.flush()
    sys.stdout.buffer.write(results.encode(_for_student(report)))


def write(report: BatchReport, file: Path, *, quiet: bool) -> None:
    """Write the page or the results, by the file's ending."""
    from cgp_harness.reports import pages, results
    from cgp_harness.reports.whole_file import write_whole

    own = _for_student(report)
    with folders.explained(file, "the report", "--output"):
        write_whole(file, results.encode(own) if file.suffix == RESULTS else (
            pages.alone(own).encode()))
    if not quiet:
        click.echo(f"wrote {file}")


def figures(report: SubmissionReport, folder: Path) -> None:
    """Write the figures of the visible checks, and say which."""
    from cgp_harness.reports import figures as drawn
    from cgp_harness.reports.outcome import for_student

    with folders.explained(folder, "the figures", "--save"):
        written = drawn.write_png([for_student(check) for check in report.checks], folder)
    for file in written:
        click.echo(f"wrote {file}")
    if not written:
        click.echo("no visible check of this submission has a figure")


def _for_student(report: BatchReport) -> BatchReport:
    """Without what hidden checks may show."""
    from cgp_harness.reports.outcome import for_student

    return replace(report, submissions=tuple(
        replace(one, checks=tuple(map(for_student, one.checks))) for one in report.submissions))
