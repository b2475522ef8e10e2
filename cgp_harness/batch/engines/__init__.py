"""Where submissions are graded: an engine takes jobs and gives replies, both as bytes."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

__all__ = ["Engine", "LostError"]


class LostError(Exception):
    """The grader that had a job is gone, and why; another one may have more luck."""


class Engine(Protocol):
    """Shaped like `concurrent.futures.Executor`; what travels is in `process`."""

    @property
    def slots(self) -> int:
        """So many submissions are graded at once; it may change."""
        ...

    def submit(self, job: bytes) -> Future[bytes]:
        """Have a job done some time; `LostError` if its grader did not live to reply."""
        ...

    def close(self) -> None:
        """End all graders, with what they are at."""
        ...
