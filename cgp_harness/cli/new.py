"""`cgp new`: a starter plugin, or a homework from its solution."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli.new_assignment import assignment

if TYPE_CHECKING:
    from cgp_harness.kind import Starter


def starters() -> dict[str, Starter]:
    """Those of the kinds that are installed, by KIND in `cgp new KIND FILE`."""
    from cgp_harness.installed import kinds

    return {
        one.starter.called or name: one.starter for name, one in kinds().items() if one.starter}


class _OfKinds(click.Group):
    """A group with a command for each kind, looked up when it is used: `cgp --help` asks none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """A homework, then plugins of the kinds that there are."""
        return [*super().list_commands(ctx), *starters()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; None if there is no such kind."""
        if name in self.commands or name not in starters():
            return super().get_command(ctx, name)
        return click.Command(
            name, callback=partial(_plugin, starters()[name]),
            params=[click.Argument(["file"], type=click.Path(path_type=Path))],
            help=f"Write a starter plugin of the kind {name} into FILE.")


@click.group(cls=_OfKinds, short_help="Write a starter plugin, or a homework from its solution.")
def new() -> None:
    """Write a starter plugin, or a homework from its solution."""


new.add_command(assignment)


def _plugin(starter: Starter, file: Path) -> None:
    from cgp_harness.errors import HarnessError

    if file.suffix != ".py":
        raise HarnessError(
            "a plugin is a Python file", where=str(file), expected="a name that ends with .py",
            fix=f"write {file.name}.py",
        )
    try:
        with file.open("x", encoding="utf-8") as plugin:
            plugin.write(starter.text)
    except FileExistsError as error:
        raise HarnessError(
            "the file is there already", where=str(file), expected="a new name",
            fix="nothing was written; give another name",
        ) from error
    except OSError as error:
        raise HarnessError(
            f"cannot write the file: {(error.strerror or str(error)).lower()}", where=str(file),
        ) from error
    name = starter.to_rename
    first = f"first rename {name} to a name that your homework asks for, then" if name else "try"
    click.echo(f"wrote {file}; {first}: cgp check {file} -a ASSIGNMENT")
