"""What a right answer gave is kept, for the next submission that is asked for the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cgp_harness.model import Floats

FEW, KEPT = 512, 4096
"""Values and gradients that are kept: of so few numbers, and so many."""
Made = TypeVar("Made")


def kept(function: Callable[..., Made]) -> Callable[..., Made]:
    """The same, which remembers what it gave for few numbers."""
    known: dict[tuple[Any, ...], Made] = {}

    def remembering(*arrays: Floats) -> Made:
        if sum(one.size for one in arrays) > FEW:
            return function(*arrays)
        key = tuple((one.shape, one.tobytes()) for one in arrays)
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            known[key] = function(*arrays)
        return known[key]

    return remembering
