"""`cgp new assignment`: a homework from its solution."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cgp_harness.cli import options


@click.command(short_help="Write a homework from a file of right answers.")
@click.argument("folder", type=options.PATH, metavar="NAME")
@click.option(
    "--from", "solution", required=True, type=options.PATH, metavar="SOLUTION",
    help="A Python file that registers right answers, as students will register theirs.",
)
def assignment(folder: Path, solution: Path) -> None:
    """Write the homework NAME, a folder, from a file of right answers; then test it.

    SOLUTION is run here, by you: it is trusted as this program is.
    """
    from cgp_harness.authoring.write import homework
    from cgp_harness.cli.doctor import try_homework
    from cgp_harness.cli.parts import Parts
    from cgp_harness.sandbox.host import levels

    for line in homework(folder, solution):
        click.echo(line)
    try_homework(Parts(), str(folder), levels.choose("auto"))
    click.echo(f"next        read and change {folder}/handout.md and assignment.toml, then: "
               f"cgp grade SUBMISSIONS -a {shlex.quote(str(folder))} -o OUT")
