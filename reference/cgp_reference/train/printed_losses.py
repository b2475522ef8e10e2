"""Losses as the lecture prints them."""

from __future__ import annotations

import numpy as np

from cgp_reference.data import Array
from cgp_reference.train.start import TrainingError


def displayed(losses: Array, every: int, *, published: bool = False) -> Array:
    """Losses as the lecture prints them: the mean since the line before, every so often.

    The first mean covers iterations 0 to `every`, one more than the others. The lecture's code
    divides it by `every` all the same (`published`), which makes it 1 % too large at 100.

    Args:
        losses: `(iterations, …)`.
        every: the lecture's `display_loss_how_often`.
        published: divide as the lecture's code does.

    Raises:
        TrainingError: `every` is less than 1.

    Returns:
        One row per line; row i belongs to iteration `(i + 1) * every`, counted from 0.

    >>> displayed(np.array([8.0, 4.0, 3.0, 2.0, 1.0]), every=2)  # means of 8, 4, 3 and of 2, 1
    array([5. , 1.5])
    """
    if every < 1:
        raise TrainingError(f"a line every {every} iterations", expected="1 or more")
    lines = [
        losses[1 + first:1 + first + every] for first in range(0, len(losses) - every, every)
    ]
    if not lines:
        return losses[:0]
    means = np.stack([line.mean(axis=0) for line in lines])
    means[0] = (means[0] * every + losses[0]) / (every if published else every + 1)
    return means
