"""Round numbers for an even axis."""

from __future__ import annotations

import math

MOST = 7
STEPS = (1.0, 2.0, 2.5, 5.0)


def evenly(low: float, high: float) -> list[float]:
    """Three to seven multiples of a round step between two ends; both, if they are one.

    >>> evenly(-0.42, 0.13)
    [-0.4, -0.3, -0.2, -0.1, 0.0, 0.1]
    >>> evenly(0.0, 1500.0)
    [0.0, 250.0, 500.0, 750.0, 1000.0, 1250.0, 1500.0]
    """
    if not 0 < high - low < math.inf:
        return [low]
    power = math.floor(math.log10((high - low) / MOST))
    for digit in (*STEPS, *(10 * one for one in STEPS)):
        # As it is written: 3 * 0.1 is a little more than 0.3.
        step = float(f"{digit:g}e{power}")
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < MOST:
            return [float(f"{k * step:.12g}") for k in range(first, last + 1)]
    return [low, high]  # a step that is no number any more
