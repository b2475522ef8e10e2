"""Where submissions are graded: an engine takes jobs and gives replies, both as bytes."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Engine", "LostError", "Pending"]


class LostError(Exception):
    """The grader that had a job is gone, and why; another one may have more luck."""


@dataclass(frozen=True)
class Pending:
    """A job that an engine has taken, and whom to tell of its end."""

    content: bytes
    future: Future[bytes]

    @property
    def name(self) -> bytes:
        """The same for a job that is tried again."""
        return hashlib.sha256(self.content).digest()


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
