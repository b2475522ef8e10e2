"""`cgp grade`: everything found under some paths, into a folder of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders, options
from cgp_harness.errors import HarnessError

if TYPE_CHECKING:
    from cgp_harness.model import BatchReport


SEVERAL = 3
"""Registrations of one name that make a folder look like a class."""


@click.command(short_help="Grade every submission under some paths.")
@click.argument(
    "paths", nargs=-1, required=True, type=options.PATH, metavar="PATH..."
)
@options.assignment
@click.option(
    "-o", "--output", "folder", required=True, type=options.PATH, metavar="DIR",
    help="Where the reports go. A run that was stopped resumes when given the same folder.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Grader processes.  [default: cores]"
)
@click.option(
    "--engine", default="local", show_default=True, metavar="local|dask|slurm",
    help="What grades: processes of this machine, a cluster of dask, jobs of Slurm.",
)
@click.option(
    "--scheduler", default="", metavar="ADDRESS",
    help="With --engine dask: of a cluster that is there, tls://HOST:PORT; else one is started.",
)
@options.isolation("landlock")
@options.device
@options.form
@options.seed(None, "drawn for DIR, and kept there")
@click.option(
    "--policy", "policy_file", type=options.PATH, metavar="FILE",
    help="A policy.toml: due date, extensions, late penalty, adjustments, what is published.",
)
@click.option("--fresh", is_flag=True, help="Grade again what DIR holds already.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT",
    help="Exit with 1 if any submission scores less.",
)
@click.option(
    "--format", "formats", multiple=True, metavar="NAME",
    help="As `cgp plugins` lists them; may be repeated.  [default: json, csv and html]",
)
@click.option(
    "--roster", type=options.PATH, metavar="FILE",
    help="With --format canvas, moodle or brightspace: your export of theirs, to be filled in.",
)
@click.option(
    "--column", default="", metavar="NAME",
    help="Of the roster: where the scores go, if not below the assignment's title.",
)
@click.option(
    "--no-figures", is_flag=True, help="Draw no figures: saves about 3 ms for each."
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def grade(
    *, paths: tuple[Path, ...], assignment_name: str, folder: Path, jobs: int | None,
    engine: str, scheduler: str,
    isolation: str, device: str, form: str, seed: int | None, policy_file: Path | None, fresh: bool,
    fail_under: float | None, formats: tuple[str, ...], roster: Path | None, column: str,
    no_figures: bool, quiet: bool,
) -> None:
    """Grade everything found under PATH: files, folders, zips, exports of an LMS.

    Writes results.json, gradebook.csv, index.html, compare.html, students/ID.html and
    figures/ID/*.svg into DIR.
    """
    from cgp_harness import grading, temporary
    from cgp_harness.assignment import in_form, load, place_of
    from cgp_harness.checks.requirements import require_named
    from cgp_harness.cli.formats import filling, notes, writers
    from cgp_harness.cli.progress import progress
    from cgp_harness.probing import devices
    from cgp_harness.reports import figures
    from cgp_harness.reports.outcome import has_grader_error
    from cgp_harness.sandbox.host import levels

    temporary.gather()
    chosen = writers(formats)
    if policy_file is None:
        refuse_forgotten(folder)
    assignment = in_form(load(assignment_name), form)
    require_named(assignment, place_of)
    chosen = filling(chosen, roster, column, assignment.info)
    level, chosen_device = levels.choose(isolation), devices.choose(device)
    try:
        with progress(quiet=quiet) as shown:
            def begin(count: int) -> None:
                shown.begin(count)
                folders.made(folder, "the reports", "-o")

            report = grading.grade(
                paths, assignment, folder, jobs=jobs, isolation=level, device=chosen_device.name,
                seed=seed, fresh=fresh, policy=policy_file, engine=engine, scheduler=scheduler,
                on_begin=begin, on_done=shown.advance,
                on_wait=lambda said: click.echo(said, err=True),
            )
        refuse_class(report, paths)
    except KeyboardInterrupt:
        click.echo(f"stopped; the same command goes on from what is kept in {folder}", err=True)
        raise click.exceptions.Exit(130) from None
    if not no_figures:
        report = figures.listed(report)
    # Reports first: what takes long and can be done without comes last.
    told = [note for write in chosen.values() for note in notes(write(report, folder))]
    if not no_figures:
        _draw(report, folder, quiet=quiet, pages="html" in chosen)
    if not quiet:
        _conclude(report, folder, page="html" in chosen)
        for warning in one_level_too_high(report, paths):
            click.echo(f"warning: {warning}", err=True)
        beside = report.policy.notes if report.policy else ()
        for note in (*report.notes, *beside, *told):
            click.echo(f"note: {note}", err=True)
    if any(map(has_grader_error, report.submissions)):
        raise click.exceptions.Exit(3)
    if fail_under is not None and any(s.percent < fail_under for s in report.submissions):
        raise click.exceptions.Exit(1)


def _draw(report: BatchReport, folder: Path, *, quiet: bool, pages: bool) -> None:
    """The figures of all submissions; stopped among them, all reports are there."""
    from cgp_harness.cli.progress import progress
    from cgp_harness.reports.pages import draw

    with_figures = [one for one in report.submissions if any(c.figures for c in one.checks)]
    if not with_figures:
        return
    try:
        with progress(quiet=quiet, drawing=True) as shown:
            shown.begin(len(with_figures))
            draw(replace(report, submissions=tuple(with_figures)), folder, pages=pages,
                 on_done=shown.advance)
    except KeyboardInterrupt:
        click.echo(
            f"stopped among the figures: all reports are in {folder}; the same command draws the "
            "rest", err=True)
        raise click.exceptions.Exit(130) from None


def refuse_class(report: BatchReport, paths: Sequence[Path]) -> None:
    """A zip that was graded as one submission, and registers what several students would.

    Raises:
        HarnessError: there is one path, it is such a zip, and a name is registered several times.
    """
    if len(paths) != 1 or paths[0].suffix.lower() != ".zip" or len(report.submissions) != 1:
        return
    [one] = report.submissions
    several = [(name, times) for name, times in one.repeated.items() if times >= SEVERAL]
    if several and paths[0].is_file() and one.student is None:
        name, times = several[0]
        raise HarnessError(
            f"this zip looks like the submissions of a class: {name!r} is registered {times} times",
            where=str(paths[0]), expected="one student's submission, or a platform's download",
            fix="unzip it first, and give the folder in which each student has a file or a folder")


def refuse_forgotten(folder: Path) -> None:
    """A run without a policy where the last one had one: its scores would be those before it.

    Raises:
        HarnessError: there are results of such a run.
    """
    from cgp_harness.reports import results

    if (file := folder / results.FILE).is_file() and (last := results.policy_of(file)):
        raise HarnessError(
            f"the last run into {folder} had a policy, and this one has none", where=str(file),
            expected=f"--policy {last.file}: else its penalties and adjustments are gone",
            fix="for scores without it, take another folder")


def one_level_too_high(report: BatchReport, paths: Sequence[Path]) -> list[str]:
    """Folders that were graded as one submission and look like a class of several."""
    warnings = []
    for one in report.submissions:
        several = [(name, times) for name, times in one.repeated.items() if times >= SEVERAL]
        folder = next((path / one.id for path in paths if (path / one.id).is_dir()), None)
        if several and folder:
            name, times = several[0]
            warnings.append(
                f"{one.id}: {name!r} is registered {times} times; if this is a folder of several "
                f"submissions, grade {folder}")
    return warnings


def _conclude(report: BatchReport, folder: Path, *, page: bool) -> None:
    from rich.text import Text

    from cgp_harness.reports import outcome, terminal
    from cgp_harness.reports.account.lines import summary
    from cgp_harness.reports.pages.names import INDEX
    from cgp_harness.sandbox.host import levels

    out = terminal.console()
    terminal.show(terminal.class_lines(report, out.width), out)
    if broken := [*terminal.not_graded_lines(report, out.width)]:
        terminal.show([Text(), *broken], out)
    last = [f"\nreports: {folder / INDEX if page else folder}"]
    if made := summary(report):
        last.insert(0, f"\n{made}")
    if said := outcome.unofficial(report):
        last.append(f"unofficial: {said}")
    last += [f"isolation: {one}" for one in report.environment.isolation_lost]
    if report.environment.isolation == "container_partly":
        last.append(f"what the container lacks: {levels.why_partly()}")
    terminal.show(map(Text, last), out)
