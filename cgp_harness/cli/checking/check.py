"""`cgp check`: a student's own run of the visible checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import folders, options

if TYPE_CHECKING:
    from cgp_harness.model import Submission, SubmissionReport


@click.command(short_help="Check one submission and show what is wrong with it.")
@click.argument("file", type=options.PATH)
@options.assignment
@click.option(
    "--task", "tasks", multiple=True, metavar="TASK",
    help="Check this task alone, such as adam; may be repeated.",
)
@click.option("--brief", is_flag=True, help="Show the score and where to begin, and no more.")
@click.option("-v", "--verbose", is_flag=True, help="Show what each check found, right or wrong.")
@click.option("--watch", is_flag=True, help="Check again whenever FILE is saved, until Ctrl-C.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print results as results.json has them, alone.")
@click.option(
    "-o", "--output", type=options.PATH, metavar="FILE",
    help="Write a page (.html) or results (.json) besides.",
)
@click.option(
    "--save", "folder", type=options.PATH, metavar="DIR",
    help="Write the figures of the visible checks as DIR/TASK.KIND.NAME.png.",
)
@options.isolation("auto")
@options.device
@options.form
@options.seed(options.SEED, shown=True)
def check(
    *, file: Path, assignment_name: str, tasks: tuple[str, ...], brief: bool, verbose: bool,
    watch: bool, as_json: bool, output: Path | None, folder: Path | None, isolation: str,
    device: str, form: str, seed: int,
) -> None:
    """Check one submission, FILE (or a folder or zip), and show what is wrong with it.

    Each check is shown as it ends, with what is wrong below it; last come the score and where to
    begin.
    """
    from cgp_harness.assignment import in_form, load, of_tasks, place_of
    from cgp_harness.cli.checking import written
    from cgp_harness.collect import collect_one
    from cgp_harness.sandbox.host import ahead, levels

    if watch and as_json:
        raise click.UsageError("--json prints one result, and --watch has no end: choose one")
    if output is not None:
        written.require_usable(output)
    if folder is not None:
        folders.made(folder, "the figures", "--save")
    level_of = levels.begun(isolation)
    assignment = of_tasks(in_form(load(assignment_name), form), tasks)
    first = collect_one(file)
    if device != "cuda" and first.problem is None:
        ahead.begin(first, assignment)

    # What is heavy comes last: the machine is being tried and the worker comes up meanwhile.
    from cgp_harness import grading
    from cgp_harness.checks.requirements import require_named
    from cgp_harness.cli.checking.shown import Shown
    from cgp_harness.probing import devices, kept

    require_named(assignment, place_of)
    level, chosen = level_of(), devices.choose(device)

    def once(submission: Submission | None = None) -> SubmissionReport:
        given = submission or collect_one(file)
        with Shown(given, assignment, brief=brief, verbose=verbose, silent=as_json) as shown:
            whole = grading.handed_in(
                given, assignment, seed=seed, isolation=level, device=chosen.name,
                watch=shown.watch)
            [report] = whole.submissions
            shown.conclude(report)
        if as_json:
            written.show(whole)
        if output is not None:
            written.write(whole, output, quiet=as_json)
        if folder is not None:
            written.figures(report, folder)
        if level == "plain" and not as_json:
            click.echo("unofficial: this machine ran it without isolation")
        return report

    if level in kept.CLOSED:
        kept.use()
    try:
        if watch:
            from cgp_harness.cli.checking.watching import watched

            watched(file, once)
        raise click.exceptions.Exit(_exit_code(once(first)))
    finally:
        kept.stop()


def _exit_code(report: SubmissionReport) -> int:
    from cgp_harness.model import Status
    from cgp_harness.reports.absent import visible
    from cgp_harness.reports.outcome import NOT_A_FINDING, has_grader_error

    if has_grader_error(report):
        return 3
    wrong = any(one.status not in NOT_A_FINDING for one in visible(report))
    return int(wrong or report.status is not Status.GRADED)
