"""`cgp autograde`: on a host, from the submission to the results that it reads."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cgp_harness.cli import options
from cgp_harness.cli.hosts.export import NAMES


@click.command(short_help="On a host: grade what was handed in there.")
@click.argument("host", type=click.Choice(NAMES))
@click.option(
    "--assignment", required=True, type=options.PATH, metavar="DIR",
    help="The assignment's folder.")
@click.option(
    "--root", required=True, type=options.PATH, metavar="DIR",
    help="Where the host works: /autograder of Gradescope, say.")
@click.option(
    "--isolation", required=True, metavar="LEVEL",
    help="The least level; landlock is taken where there is landlock.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), default=0.0, metavar="PERCENT",
    help="Exit with 1 if the score is less.")
def autograde(
    *, host: str, assignment: Path, root: Path, isolation: str, fail_under: float
) -> None:
    """On HOST: grade what was handed in there. The scripts of `cgp export` call it."""
    from cgp_harness.hosts.known import HOSTS
    from cgp_harness.hosts.run import run, work_elsewhere

    assignment, root = assignment.absolute(), root.absolute()
    work_elsewhere()
    code = run(HOSTS[host], assignment, root, os.environ, isolation=isolation,
               fail_under=fail_under)
    if code:
        raise click.exceptions.Exit(code)
