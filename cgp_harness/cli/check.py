"""`cgp check`: a student's own run of the visible checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders, options

if TYPE_CHECKING:
    from cgp_harness.model import SubmissionReport


@click.command(short_help="Check one submission and show what is wrong with it.")
@click.argument("file", type=click.Path(path_type=Path))
@options.assignment
@options.isolation("auto")
@options.device
@options.form
@options.seed(options.SEED, shown=True)
@click.option(
    "--save", "folder", type=click.Path(path_type=Path), metavar="DIR",
    help="Write the figures of the visible checks as DIR/TASK.KIND.NAME.png.",
)
def check(
    *, file: Path, assignment_name: str, isolation: str, device: str, form: str, seed: int,
    folder: Path | None,
) -> None:
    """Check one submission, FILE (or a folder or zip), and show what is wrong with it."""
    from cgp_harness import grading
    from cgp_harness.assignment import in_form, load
    from cgp_harness.checks.requirements import require_named
    from cgp_harness.model import Status, Visibility
    from cgp_harness.probing import devices
    from cgp_harness.reports import terminal
    from cgp_harness.reports.outcome import NOT_A_FINDING, has_grader_error
    from cgp_harness.sandbox.host import levels

    assignment = in_form(load(assignment_name), form)
    require_named(assignment)
    level, chosen = levels.choose(isolation), devices.choose(device)
    if folder is not None:
        folders.made(folder, "the figures", "--save")
    report = grading.check(
        file, assignment, seed=seed, isolation=level, device=chosen.name)
    out = terminal.console()
    terminal.show(terminal.submission_lines(report, out.width), out)
    if folder is not None:
        _save(report, folder)
    if level in ("plain", "container_partly"):
        click.echo("unofficial: this machine ran it without isolation")
    if has_grader_error(report):
        raise click.exceptions.Exit(3)
    visible = [c.status for c in report.checks if c.visibility is Visibility.VISIBLE]
    if report.status is not Status.GRADED or any(s not in NOT_A_FINDING for s in visible):
        raise click.exceptions.Exit(1)


def _save(report: SubmissionReport, folder: Path) -> None:
    from cgp_harness.reports import figures
    from cgp_harness.reports.outcome import for_student

    with folders.explained(folder, "the figures", "--save"):
        written = figures.write_png([for_student(check) for check in report.checks], folder)
    for file in written:
        click.echo(f"wrote {file}")
    if not written:
        click.echo("no visible check of this submission has a figure")
