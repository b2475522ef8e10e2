"""Where an elementwise function, or its slope, jumps: found by halving what lies between numbers.

Of each interval between neighbours that half is kept across which more changes. What is left after
all halvings is no longer than the last digits of a number: a smooth function changes by nothing
there, and one with a jump by all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cgp_harness.model import Floats

Both = Callable[[Floats], tuple[Floats, Floats]]
"""Numbers (N,) to values and slopes, each (N,)."""
HALVINGS = 64
JUMP = 1e-6
"""A change of so much, of the larger of 1 and the number, is a jump; of less, two formulas that do
not agree to the last digits meet there."""
SEAM = 1e-12
NEAR, NEIGHBOURS = 1e-9, 3


@dataclass(frozen=True)
class Found:
    """What lies between neighbours of sorted numbers, at most one jump in each interval.

    Args:
        jumps: where they are.
        seam: the largest change that is too small for one, and alone: two formulas meet there.
        rough: intervals around such changes: there are no digits to be sure of.
    """

    jumps: tuple[float, ...]
    seam: float
    rough: tuple[tuple[float, float], ...]


def searched(both: Both, numbers: Floats) -> Found:
    """Halve each interval of sorted numbers (N,), again and again, towards what changes most."""
    low, high = _at(both, numbers[:-1]), _at(both, numbers[1:])
    for _ in range(HALVINGS):
        middle = _at(both, low[0] + (high[0] - low[0]) / 2)
        left = _change(low, middle) >= _change(middle, high)
        low, high = np.where(left, low, middle), np.where(left, middle, high)
    change = _change(low, high)
    jumped = (change > JUMP) & _around(both, low[0], high[0])
    ends = zip(low[0, jumped].tolist(), high[0, jumped].tolist(), strict=True)
    found = {_simplest(*one) for one in ends}
    slight: list[int] = np.flatnonzero((change <= JUMP) & (change > SEAM)).tolist()
    alone = [float(change[i]) for i in slight
             if sum(abs(other - i) <= NEIGHBOURS for other in slight) == 1]
    last = len(numbers) - 1
    rough = tuple(
        (float(numbers[max(0, i - 1)]), float(numbers[min(last, i + 2)])) for i in slight)
    return Found(tuple(sorted(found)), max(alone, default=0.0), rough)


def _at(both: Both, numbers: Floats) -> Floats:
    """Numbers, values and slopes: (3, N)."""
    with np.errstate(all="ignore"):
        return np.stack([numbers, *both(numbers)])


def _change(one: Floats, other: Floats) -> Floats:
    """How far the slope is from being the same, and the value from following it, relative (N,).

    Infinite if there are numbers at only one of the two.
    """
    with np.errstate(all="ignore"):
        (x, value, slope), (next_x, next_value, next_slope) = one, other
        off = next_value - value - (next_x - x) * (slope / 2 + next_slope / 2)
        change = np.maximum(*(
            np.abs(difference) / np.maximum(1.0, np.maximum(np.abs(size), np.abs(next_size)))
            for difference, size, next_size in (
                (off, value, next_value), (next_slope - slope, slope, next_slope))))
    here, there = np.isfinite(one).all(axis=0), np.isfinite(other).all(axis=0)
    return np.asarray(np.where(here & there, change, np.where(here | there, np.inf, 0.0)))


def _around(both: Both, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Whether there are numbers on both sides: else it is an end, and no jump."""
    room = NEAR * np.maximum(1.0, np.abs(low))
    return np.asarray(np.isfinite([_at(both, low - room), _at(both, high + room)]).all(axis=(0, 1)))


def _simplest(low: float, high: float) -> float:
    """The number with the fewest digits of those from low to high."""
    return next((
        number for digits in range(16) for number in [round(low + (high - low) / 2, digits)]
        if low <= number <= high), high) + 0.0
