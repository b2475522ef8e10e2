"""`cgp check --watch`: again whenever a file is saved, in one process, which knows the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import click

from cgp_harness.errors import MachineError
from cgp_reference.errors import ExplainedError

EVERY_S = 0.2
"""Between two looks at the files: one takes 2 µs, and no editor is asked how it saves."""

LONG = 10
"""Looks after which a file is not only being saved."""

State = tuple[tuple[str, int, int], ...]


def watched(
    file: Path, once: Callable[[], object], pause: Callable[[float], None] = time.sleep
) -> NoReturn:
    """Do it now, and each time that what is under `file` has changed.

    What is wrong with a file is said, and waits for the next one; a machine that fails ends it.
    """
    while True:
        before = state(file)
        try:
            once()
        except MachineError:
            raise
        except ExplainedError as error:
            click.echo(f"error: {error}", err=True)
        click.echo(f"waiting for {file} to be saved; Ctrl-C ends", err=True)
        after, gone = before, 0
        while after in (before, ()):  # gone for a moment: many editors write another file first
            pause(EVERY_S)
            after = state(file)
            gone = 0 if after else gone + 1
            if gone == LONG:
                click.echo(f"{file} is not there: waiting until it is", err=True)
        click.echo(f"\n--- {time.strftime('%H:%M:%S')}", err=True)


def state(file: Path) -> State:
    """What changes when a file, or one in a folder, is saved; nothing if it is not there."""
    return tuple(sorted(_each(file)))


def _each(file: Path) -> Iterator[tuple[str, int, int]]:
    for one in file.rglob("*") if file.is_dir() else [file]:
        if one.name.startswith(".") or "__pycache__" in one.parts:
            continue
        try:
            there = one.stat()
        except OSError:
            continue
        yield str(one), there.st_mtime_ns, there.st_size
