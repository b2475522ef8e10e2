"""`cgp diff`: every score that differs between two results, and why."""

from __future__ import annotations

from pathlib import Path

import click

from cgp_harness.cli import options


@click.command(short_help="Say which scores differ between two results, and why.")
@click.argument("old", type=options.PATH)
@click.argument("new", type=options.PATH)
@click.option(
    "--all", "everything", is_flag=True,
    help="List also what differs in words alone: messages, names of mistakes, comments.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every reason in full.")
def diff(*, old: Path, new: Path, everything: bool, as_json: bool) -> None:
    """Compare the results OLD with NEW, each a results.json or its folder.

    Exits with 1 if anything is listed, else with 0.
    """
    from cgp_harness.reports import terminal
    from cgp_harness.reports.changes import shown
    from cgp_harness.reports.changes.changes import changes
    from cgp_harness.reports.results import read

    found = changes(read(old), read(new))
    if as_json:
        click.echo(shown.encode(found, everything=everything), nl=False)
    else:
        terminal.show(shown.lines(found, everything=everything), terminal.console())
    raise click.exceptions.Exit(1 if shown.selected(found, everything=everything) else 0)
