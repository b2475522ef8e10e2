"""`cgp start`: what a homework hands out, from a clone or from the installed package."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cgp_harness.cli import options
from cgp_harness.cli.folders import made, new_files

STARTER, HANDOUT = "starter.py", "handout.md"


@click.command(short_help="Copy a homework's starter and handout, to begin with.")
@click.argument("assignment", metavar="ASSIGNMENT")
@click.argument("folder", required=False, type=options.PATH, metavar="[DIR]")
def start(assignment: str, folder: Path | None) -> None:
    """Copy the starter of ASSIGNMENT as DIR/ASSIGNMENT.py, and its handout beside it.

    DIR is a folder of the homework's name if it is left out. Nothing that is there is overwritten.
    """
    from cgp_harness.assignment import folder_of, load
    from cgp_harness.errors import HarnessError

    homework = load(assignment)
    home = folder_of(assignment)
    if not (home / STARTER).is_file():
        raise HarnessError(
            f"{homework.id} hands out no {STARTER}", where=str(home),
            fix="write what its tasks ask for; `cgp new --help` lists what there is to begin with")
    into = folder or Path(homework.id)
    mine, handout = into / f"{homework.id}.py", into / HANDOUT
    made(into, "the starter", "cgp start ASSIGNMENT")
    copies = {mine: (home / STARTER).read_bytes()}
    if (home / HANDOUT).is_file():
        copies[handout] = (home / HANDOUT).read_bytes()
    new_files(copies)
    for file in copies:
        click.echo(f"wrote {file}")
    what = f"read {handout}, " if handout in copies else ""
    click.echo(f"next: {what}write what {mine} leaves open, and try: "
               f"{shlex.join(('cgp', 'check', str(mine), '-a', assignment))}")
