"""Answers to a fixed run as plain numbers, and whether two answers are the same.

The run is the same whoever is asked, with every seed and in every year: so equal answers are the
same mistake, with a name or without one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from cgp_harness.model import Numbers

ALIKE = 1e-6
"""Of each number; the nearest two wrong rules of the bank are at 1e-3, roundings at 1e-13."""
NEAR_ZERO = 1e-12
"""Of the largest number: what cancels to 0 in one order of operations does not in another."""
CELL = 1e-5
"""Of a logarithm: half of it is above what rounding and ALIKE can move."""


def spread(count: int, step: float = 0.6180339887) -> list[float]:
    """Numbers between 0 and 1, by arithmetic: a generator's may be others in a later year.

    >>> spread(4)
    [0.618, 0.2361, 0.8541, 0.4721]
    """
    return [round(k * step % 1, 4) for k in range(1, count + 1)]


def signed(count: int) -> list[float]:
    """Numbers of either sign, their sizes from 0.3 to 3.

    >>> signed(3)
    [-1.9686, -0.9375, 2.6061]
    """
    signs = (1.0 if one < 0.5 else -1.0 for one in spread(count, 0.7548776662))
    return [round(sign * (0.3 + 2.7 * one), 4)
            for sign, one in zip(signs, spread(count), strict=True)]


def plain(numbers: Iterable[float]) -> Numbers:
    """Numbers as they are stored; one that is not finite as a text, which JSON keeps.

    >>> plain([0.5, float("-inf")])
    (0.5, '-inf')
    """
    return tuple(float(one) if math.isfinite(one) else repr(float(one)) for one in numbers)


def shows(answers: Numbers) -> bool:
    """Whether there is a number that is finite; many different mistakes end in none."""
    return any(isinstance(one, float) for one in answers)


def alike(some: Numbers, others: Numbers) -> bool:
    """Whether these are the same answers, to rounding.

    >>> alike((1.0, "nan", 0.0), (1.0 + 1e-9, "nan", 1e-17))
    True
    >>> alike((1.0, "nan", 0.0), (1.0, "nan", 1e-9))
    False
    """
    if len(some) != len(others):
        return False
    largest = max((abs(one) for one in some if isinstance(one, float)), default=0.0)
    return all(_near(*pair, NEAR_ZERO * largest) for pair in zip(some, others, strict=True))


def cell(answers: Numbers) -> tuple[tuple[int | str, ...], int]:
    """Where to look for the same answers: alike ones lie in one cell, or in cells that follow.

    The first part is the same of alike answers: their texts, and how many there are. The second
    counts steps of CELL in the logarithm of T, the sum of |x_i| weighted by 1 to 2, which tells
    orders and signs apart. Where two are alike, T differs by a part of at most
    2 (2 ALIKE + n NEAR_ZERO): less than CELL for n below 10 ** 6.

    >>> cell((1.0, "nan", 0.0)) == cell((1.0, "nan", 1e-17))
    True
    >>> cell((2.0, 1.0))[1] - cell((1.0, 2.0))[1]
    -9531
    """
    largest = max((abs(one) for one in answers if isinstance(one, float)), default=0.0)
    texts = tuple(one if isinstance(one, str) else 0 for one in answers)
    if not largest:
        return texts, 0
    total = sum(
        abs(one) / largest * (1 + place / len(answers) / (1 if one > 0 else 2))
        for place, one in enumerate(answers, 1) if isinstance(one, float))
    return texts, round((math.log(largest) + math.log(total)) / CELL)


def _near(one: float | str, other: float | str, room: float) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return abs(one - other) <= ALIKE * max(abs(one), abs(other)) + room
