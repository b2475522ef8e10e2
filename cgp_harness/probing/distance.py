"""How far two sequences of steps are apart: one number, the same for verdict and diagnosis."""

from __future__ import annotations

import math

import numpy as np

from cgp_harness.model import Floats

FLOAT64 = 1e-9
"""Re-associated float64 arithmetic stays within 1e-13; the nearest wrong rule is at 5e-3."""
FLOAT32 = 1e-4
"""float32 has 6e-8 a step; sums that cancel lose up to three digits more."""


def distance(got: Floats, expected: Floats) -> Floats:
    """Largest difference of any parameter, relative to that parameter's largest step.

    Relative to a parameter's own steps, since a step may cancel to zero exactly in one order of
    operations and to 1e-17 in another.

    Args:
        got: steps (..., T, D).
        expected: steps (..., T, D); leading axes broadcast.

    Returns:
        One number per leading index; infinite where different numbers are not finite.
    """
    with np.errstate(all="ignore"):
        difference = np.abs(got - expected)
        if np.isfinite(difference).all():  # as most are: nothing else is to be seen to
            sizes = np.abs(got), np.abs(expected)
        else:
            # NaN equals NaN, and an infinity its own sign: only then is the pattern the same.
            same = (got == expected) | (np.isnan(got) & np.isnan(expected))
            difference = np.where(same, 0.0, difference)
            sizes = _finite(got), _finite(expected)
        size = np.maximum(*sizes).max(axis=-2)
        relative = difference.max(axis=-2) / np.where(size > 0, size, 1.0)
    worst = np.where(np.isnan(relative), np.inf, relative)
    return np.asarray(worst.max(axis=-1) if worst.shape[-1] else np.zeros(worst.shape[:-1]))


def _finite(values: Floats) -> Floats:
    return np.asarray(np.where(np.isfinite(values), np.abs(values), 0.0))


def within(error: float) -> str:
    """The power of ten that an error stays below: the same on machines that round differently."""
    return f"{10.0 ** math.ceil(math.log10(max(error, 1e-15))):.0e}"
