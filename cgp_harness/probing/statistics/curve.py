"""A learning curve over seeds, as figures show it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.model.plot import Series
from cgp_harness.probing.statistics.paired import CEILING, decades

POINTS = 120
"""Of a curve, at most: a report holds hundreds of them."""
Role = Literal["student", "reference", "sgd", "torch"]


def curve(label: str, role: Role, losses: Floats) -> Series:
    """Losses (T, S) as medians over seeds and the band of 5 to 95 %.

    Geometric means over windows of equal length: their mean in decades is the score's.

    A seed has no value in a window in which it has diverged; quantiles over seeds count it as
    the largest.
    """
    # The last iterations, fewer than a window, are left out.
    window = -(-len(losses) // POINTS)
    count = len(losses) // window
    logs = decades(losses)[:count * window].reshape(count, window, -1)
    ceiling = np.log10(CEILING)
    means = np.where((logs < ceiling).all(axis=1), logs.mean(axis=1), ceiling)
    # Nearest rank: between a seed that learns and one that has diverged there is nothing.
    bands = np.quantile(means, [0.05, 0.5, 0.95], axis=1, method="nearest")
    low, middle, high = (
        tuple(None if value == ceiling else drawn(10.0**value) for value in row) for row in bands)
    centres = tuple(float(i * window + (window + 1) / 2) for i in range(count))
    return Series(label, role, centres, middle, low, high)


def drawn(value: float) -> float:
    """Six digits: more than a figure shows, and half the bytes of what is kept for it."""
    return float(f"{value:.6g}")
