"""Mistakes that explain what a submission computed on graphs, and how well they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cgp_harness.diagnosis.flag import Flag

Row = Sequence[float]
"""The numbers of one graph."""


@dataclass(frozen=True)
class Found:
    """Mistakes that explain the numbers, and how far they are from them."""

    flags: tuple[Flag, ...]
    error: float


def largest_error(
    simulated: Callable[[int], Row], got: Sequence[Row], tolerance: float
) -> float | None:
    """The largest error of a simulation, relative or to 1; None if it is more than `tolerance`.

    Ends at the first number that differs: most simulations then cost microseconds.
    """
    worst = 0.0
    for i, row in enumerate(got):
        for a, b in zip(row, simulated(i), strict=True):
            if a == b or (math.isnan(a) and math.isnan(b)):  # the same infinity too
                continue
            error = abs(a - b) / max(1.0, abs(b))
            if not error <= tolerance:
                return None
            worst = max(worst, error)
    return worst
