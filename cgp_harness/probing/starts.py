"""Where the parameters of a run begin, for a rule that looks at them.

Generic numbers, since the usual ones hide mistakes: at 0 there is no weight decay, at equal values
another parameter's is as good as its own.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from cgp_harness.model import Floats

SIZES = (1.0, 0.03, 20.0, 0.5, 3.0)
"""Of one number after the other, over and over: near 1, and up to 30 times smaller and larger."""
SIGNS = (1.0, -1.0, -1.0, 1.0)
SIMPLE = (1.0, -2.0, 0.5, -0.25, 4.0)
"""For cases that people read, and check by hand."""
_STREAM = 8
"""Second word of the seed; the probes draw with 1 to 4, trainings with 5 to 7."""


@lru_cache(maxsize=64)
def generic(size: int, seed: int) -> Floats:
    """(D,), none of them zero; the first are the same however many there are.

    >>> generic(3, seed=0).round(3)
    array([  1.36 ,  -0.041, -15.013])
    """
    draw = np.random.default_rng([seed, _STREAM])
    values: Floats = (
        np.resize(SIGNS, size) * np.resize(SIZES, size) * draw.uniform(0.6, 1.6, size))
    values.setflags(write=False)
    return values


def simple(size: int) -> Floats:
    """(D,), the same in every run."""
    return np.resize(SIMPLE, size)
