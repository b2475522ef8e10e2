"""Mistakes that explain what a submission computed on graphs, and how well they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cgp_harness.probing.flag import Flag

Row = Sequence[float]
"""The numbers of one graph."""


@dataclass(frozen=True)
class Limit:
    """How far a number may be off: `relative` of its size, or of `scale` if that is more."""

    relative: float
    scale: float

    def of(self, number: float, relative: float = math.inf) -> float:
        """The limit at a number; with a smaller share of it, if one is given."""
        return min(self.relative, relative) * max(self.scale, abs(number)) + VANISHING


VANISHING = 1e-12
"""What is off by no more than this is not off."""


@dataclass(frozen=True)
class Numbers:
    """All numbers of a submission: what came, what is right, and the verdict's own limits."""

    got: Sequence[Row]
    right: Sequence[Row]
    limits: Sequence[Sequence[Limit]]
    order: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        # Where the answer is wrong first: most simulations then end at the first number.
        def is_right(i: int) -> bool:
            return self._error(i, self.right[i], math.inf) is not None

        object.__setattr__(self, "order", sorted(range(len(self.got)), key=is_right))

    def error(self, simulated: Callable[[int], Row], relative: float) -> float | None:
        """The largest error of a simulation, relative or to 1; None if a number is off by more.

        Args:
            simulated: the numbers of a graph.
            relative: instead of the verdict's, where that is more.
        """
        worst = 0.0
        for i in self.order:
            error = self._error(i, simulated(i), relative)
            if error is None:
                return None
            worst = max(worst, error)
        return worst

    def _error(self, i: int, row: Row, relative: float) -> float | None:
        worst = 0.0
        for a, b, limit in zip(self.got[i], row, self.limits[i], strict=True):
            if a == b or not (math.isfinite(a) or math.isfinite(b)):
                continue
            error = abs(a - b)
            # Of an infinite simulation the limit is infinite, and explains nothing.
            if not (math.isfinite(b) and error <= limit.of(b, relative)):
                return None
            worst = max(worst, error / max(1.0, abs(b)))
        return worst


@dataclass(frozen=True)
class Found:
    """Mistakes that explain the numbers, and how far they are from them."""

    flags: tuple[Flag, ...]
    error: float
