"""A logarithmic axis of losses: its two ends, and the numbers that stand at it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cgp_harness.model.plot import Series
from cgp_harness.reports.figures.ticks import evenly

LEAST, MOST = 1e-250, 1e250
"""Losses beyond lie at the ends of the axis, where float64 still has room for its margins."""
RUNAWAY = 1e3
"""A loss above this many times the largest first one leaves the figure at its top."""
MOST_TICKS = 7


def ends(all_series: Sequence[Series]) -> tuple[float, float]:
    """The least and the largest loss to be shown, with some room.

    A rule that diverges shall not press all others into one line: see `RUNAWAY`.
    """
    every = [
        value for series in all_series
        for value in positive((*series.y, *series.low, *series.high))
    ]
    if not every:
        return 0.1, 10.0
    first = [value for series in all_series for value in positive(series.y)[:1]]
    low, high = min(every), max(every)
    if first:
        high = min(high, RUNAWAY * max(first))
    room = max(10 ** (0.05 * math.log10(high) - 0.05 * math.log10(low)), 1.02)
    return low / room, high * room


def ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers between two positive ends.

    >>> ticks(0.0009, 2.0)
    [0.001, 0.01, 0.1, 1.0]
    >>> ticks(0.09, 0.6)
    [0.1, 0.2, 0.5]
    >>> ticks(0.11, 0.32)
    [0.15, 0.2, 0.3]
    >>> ticks(0.11, 0.14)
    [0.11, 0.115, 0.12, 0.125, 0.13, 0.135, 0.14]
    """
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    decades = range(first, last + 1)
    if len(decades) >= 3:
        return [float(f"1e{k}") for k in decades[:: math.ceil(len(decades) / MOST_TICKS)]]
    for digits in (1, 2, 5), (1, 1.5, 2, 3, 4, 6, 8):
        every = [float(f"{digit}e{k}") for k in range(first - 1, last + 1) for digit in digits]
        fitting = [tick for tick in every if low <= tick <= high]
        if len(fitting) >= 3:
            return fitting
    return evenly(low, high)  # less than a decade is nearly even


def positive(values: Iterable[float | None]) -> list[float]:
    """Those that have a logarithm, within the least and the most of an axis."""
    return [min(max(value, LEAST), MOST) for value in values if value is not None and value > 0]
