"""Float32 is evidence, not a wide tolerance: does an answer show that it was computed so?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.model import Floats


def float32_numbers(answers: Sequence[Floats]) -> bool:
    """Whether every number is one that float32 has, as everything computed in it is.

    Of generic numbers in float64 one in half a billion is.
    """
    with np.errstate(all="ignore"):
        return all(
            np.array_equal(answer, answer.astype(np.float32), equal_nan=True)
            for answer in answers)
