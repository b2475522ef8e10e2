"""An event loop that waits for the clock alone.

asyncio's own begins with a pair of sockets, which a worker may not have. Runs in the worker.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any


class ClockLoop(asyncio.BaseEventLoop):
    """Of coroutines that sleep and await each other."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self
        self._main: asyncio.Task[None] | None = None

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run it to its end.

        Raises:
            RuntimeError: it awaits what cannot come.
        """
        self._main = self.create_task(coroutine)
        try:
            self.run_until_complete(self._main)
        except asyncio.CancelledError as error:
            never = RuntimeError("it awaits what never comes")
            raise never.with_traceback(error.__traceback__) from None

    def select(self, timeout: float | None) -> tuple[object, ...]:
        """Wait so long; without end there is nothing to wait for."""
        if timeout is not None:
            time.sleep(timeout)
        elif self._main is not None:
            self._main.cancel()
        return ()

    def _process_events(self, events: Sequence[object]) -> None:
        """None ever come."""

    def _write_to_self(self) -> None:
        """Nobody else is there to wake it up."""
