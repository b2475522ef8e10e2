"""`cgp new`: a starter plugin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cgp_harness.kind import Starter


def starters() -> dict[str, Starter]:
    """Those of the kinds that are installed, by KIND in `cgp new KIND FILE`."""
    from cgp_harness.installed import kinds

    return {
        one.starter.called or name: one.starter for name, one in kinds().items() if one.starter}


class _OfKinds(click.Command):
    """A command whose KIND is looked up when it is used: `cgp --help` asks no plugin."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its parameters, the first one with the kinds that there are."""
        kind, *others = super().get_params(ctx)
        kind.type = click.Choice(list(starters()))
        return [kind, *others]


@click.command(cls=_OfKinds)
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
def new(kind: str, file: Path) -> None:
    """Write a starter plugin of KIND into FILE."""
    from cgp_harness.errors import HarnessError

    starter = starters()[kind]
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
