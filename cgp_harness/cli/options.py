"""Options that several commands share, said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]

SEED = 0


def assignment(command: Command) -> Command:
    """`-a ASSIGNMENT`."""
    return click.option(
        "-a", "--assignment", "assignment_name", required=True, metavar="ASSIGNMENT",
        help="An id that `cgp assignments` lists, or a folder with assignment.toml.",
    )(command)


def seed(command: Command) -> Command:
    """`--seed N`."""
    return click.option(
        "--seed", type=click.IntRange(min=0), default=SEED, show_default=True, metavar="N",
        help="Draws the probes; the same seed gives the same verdicts.",
    )(command)


def isolation(default: str) -> Callable[[Command], Command]:
    """`--isolation LEVEL`."""
    return click.option(
        "--isolation", default=default, show_default=True, metavar="auto|landlock|plain",
        help="How submissions are kept from this machine; auto: the strongest level there is.",
    )
