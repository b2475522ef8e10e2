"""How far a long demo is: a bar on stderr where that is a terminal, else nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(name: str) -> Iterator[Callable[[float], object] | None]:
    """What a demo tells how much is done, from 0 to 1; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress as parts
    from rich.console import Console

    columns = (parts.TextColumn("{task.description}"), parts.BarColumn(),
               parts.TaskProgressColumn(), parts.TimeRemainingColumn())
    with parts.Progress(*columns, console=Console(stderr=True), transient=True) as display:
        # Not shown before the first report: most demos are done at once, and report nothing.
        task = display.add_task(name, total=1.0, visible=False)
        yield lambda done: display.update(task, completed=done, visible=True)
