"""One submission that was found and not yet read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cgp_harness.collect.contents import Contents
from cgp_harness.collect.limits import Budget


@dataclass(frozen=True)
class Entry:
    """One submission before it is read.

    Args:
        name: what its id is made from.
        origin: where it is, as the instructor wrote the path.
        read: gives its files, or raises `IntakeError`.
    """

    name: str
    origin: str
    read: Callable[[Budget], Contents]
