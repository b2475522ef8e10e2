"""Options that several commands share, said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]


class _Path(click.Path):
    """A path; not the empty one, which is the present folder to Python and a slip to who typed it.
    """

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if value == "":
            self.fail("it is empty, as a variable of the shell that is not set.", param, ctx)
        return super().convert(value, param, ctx)


class _Homework(click.types.StringParamType):
    """An assignment; where none is named, those that there are."""

    def get_missing_message(
        self, param: click.Parameter, ctx: click.Context | None = None
    ) -> str:
        from cgp_harness.assignment import installed

        return f"One of {', '.join(sorted(installed()))}, or a folder with assignment.toml"


PATH = _Path(path_type=Path)

SEED = 0
"""Of a student's own runs; that of `grading.check`, which takes time to import."""


def assignment(command: Command) -> Command:
    """`-a ASSIGNMENT`."""
    return click.option(
        "-a", "--assignment", "assignment_name", required=True, metavar="ASSIGNMENT",
        type=_Homework(),
        help="An id that `cgp assignments` lists, or a folder with assignment.toml.",
    )(command)


def seed(default: int | None, shown: str | bool) -> Callable[[Command], Command]:
    """`--seed N`."""
    return click.option(
        "--seed", type=click.IntRange(min=0), default=default, show_default=shown, metavar="N",
        help="Draws the probes; the same seed gives the same verdicts.",
    )

def device(command: Command) -> Command:
    """`--device NAME`."""
    return click.option(
        "--device", default="cpu", show_default=True, metavar="cpu|cuda|auto",
        help="Where convergence trains; auto: on a GPU if there is one.",
    )(command)


def form(command: Command) -> Command:
    """`--form NAME`."""
    return click.option(
        "--form", default="", metavar="NAME",
        help="How rules without a decorator are read, as `cgp plugins` lists it; auto: as fits.",
    )(command)


def isolation(default: str) -> Callable[[Command], Command]:
    """`--isolation LEVEL`."""
    return click.option(
        "--isolation", default=default, show_default=True, metavar="LEVEL",
        help="How submissions are kept from this machine: auto (the strongest that there is), "
        "namespaces, landlock, uid, container or plain.",
    )
