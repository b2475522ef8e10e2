"""What takes long, part by part: a line as each ends, and on a terminal below it what is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.text import Text

from cgp_harness.probing.text import shown
from cgp_harness.reports import terminal


class Parts:
    """On stdout; no more than the lines where that is no terminal."""

    def __init__(self) -> None:
        self._out = terminal.console()

    def say(self, line: str) -> None:
        """What came of a part."""
        terminal.show([Text(line)], self._out)

    @contextmanager
    def trying(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show, while it lasts, what is being tried; what comes back says it more closely."""
        if not self._out.is_terminal:
            yield lambda _: None
            return
        with self._out.status(what) as display:
            yield lambda more: display.update(Text(f"{what}: {shown(more)}"))
