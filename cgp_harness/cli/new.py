"""`cgp new`: a starter plugin."""

from __future__ import annotations

from pathlib import Path

import click

OPTIMIZER = '''\
"""A step-size rule to begin with: change the name, the state and the equations."""

from cgp_harness import optimizer


# State: one value per parameter, kept for you. It begins as said here.
@optimizer(previous=0)
def mean_of_two(g, previous, lr=1e-3):
    # g is the gradient; add an argument k to get the step number 1, 2, …
    # All other arguments are hyperparameters with their defaults.
    step = lr * (g + previous) / 2
    # First the step to subtract from the parameter, then the new state.
    return step, g
'''
KINDS = {"optimizer": OPTIMIZER}


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
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
            plugin.write(KINDS[kind])
    except FileExistsError as error:
        raise HarnessError(
            "the file is there already", where=str(file), expected="a new name",
            fix="nothing was written; give another name",
        ) from error
    except OSError as error:
        raise HarnessError(
            f"cannot write the file: {(error.strerror or str(error)).lower()}", where=str(file),
        ) from error
    click.echo(f"wrote {file}; try: cgp check {file} -a ASSIGNMENT")
