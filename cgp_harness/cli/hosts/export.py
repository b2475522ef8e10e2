"""`cgp export`: a ready autograder for a host."""

from __future__ import annotations

from pathlib import Path

import click

from cgp_harness.cli import options

NAMES = ("gradescope", "github", "prairielearn", "gitlab")


@click.command(short_help="Write a ready autograder for a host.")
@click.argument("host", type=click.Choice(NAMES))
@options.assignment
@click.option(
    "-o", "--output", "folder", required=True, type=options.PATH, metavar="DIR",
    help="A new folder.",
)
@click.option(
    "--isolation", default="", metavar="LEVEL",
    help="The least level that it accepts.  [default: container; of GitHub landlock]",
)
@click.option(
    "--policy", "policy_file", type=options.PATH, metavar="FILE",
    help="A policy.toml, as of `cgp grade`; it goes along with the files that it names.",
)
def export(
    *, host: str, assignment_name: str, folder: Path, isolation: str, policy_file: Path | None
) -> None:
    """Write a ready autograder for HOST into DIR: scripts, this harness, the assignment."""
    from cgp_harness.hosts import export as exporting
    from cgp_harness.hosts.known import HOSTS
    from cgp_harness.sandbox.host import levels

    if isolation:
        levels.require_known(isolation)
    for line in exporting.export(
            HOSTS[host], assignment_name, folder, isolation=isolation, policy=policy_file):
        click.echo(line)
