"""`cgp new`: a starter plugin."""

from __future__ import annotations

from pathlib import Path

import click

from cgp_harness.cli.starters import STARTERS, TO_RENAME


@click.command()
@click.argument("kind", type=click.Choice(list(STARTERS)))
@click.argument("file", type=click.Path(path_type=Path))
def new(kind: str, file: Path) -> None:
    """Write a starter plugin of KIND into FILE."""
    from cgp_harness.errors import HarnessError

    if file.suffix != ".py":
        raise HarnessError(
            "a plugin is a Python file", where=str(file), expected="a name that ends with .py",
            fix=f"write {file.name}.py",
        )
    try:
        with file.open("x", encoding="utf-8") as plugin:
            plugin.write(STARTERS[kind])
    except FileExistsError as error:
        raise HarnessError(
            "the file is there already", where=str(file), expected="a new name",
            fix="nothing was written; give another name",
        ) from error
    except OSError as error:
        raise HarnessError(
            f"cannot write the file: {(error.strerror or str(error)).lower()}", where=str(file),
        ) from error
    name = TO_RENAME.get(kind)
    first = f"first rename {name} to a name that your homework asks for, then" if name else "try"
    click.echo(f"wrote {file}; {first}: cgp check {file} -a ASSIGNMENT")
