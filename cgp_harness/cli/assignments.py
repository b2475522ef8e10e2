"""`cgp assignments`: what can be graded here."""

from __future__ import annotations

import click


@click.command()
def assignments() -> None:
    """List the installed assignments."""
    from cgp_harness.assignment import installed, load

    for name in installed():
        assignment = load(name)
        click.echo(f"{name}  {assignment.title}  (version {assignment.version}, "
                   f"{assignment.max_score:g} points)")
        for task in assignment.tasks:
            points = sum(check.points for check in task.checks.values())
            click.echo(f"  {task.id}  {task.title}  ({points:g})")
