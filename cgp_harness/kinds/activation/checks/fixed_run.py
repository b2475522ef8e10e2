"""The run by whose answers equal mistakes are told, with every seed and in every year."""

from __future__ import annotations

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.kinds.activation.checks.activation import FITS, REFUSED
from cgp_harness.kinds.activation.checks.points import evaluate
from cgp_harness.model import Floats
from cgp_harness.probing.derivatives.slopes import slopes
from cgp_harness.probing.fixed_run import ALIKE

X = np.array([
    -5.23, -3.41, -2.17, -1.38, -0.83, -0.29, 0.17, 0.71, 1.13, 1.93, 2.61, 4.37])
"""No round ones, and none at a kink that activations have."""


def fixed_run(context: Context) -> Floats | None:
    """Value and derivative (2, 12), if one that is finite is clearly none of the value.

    What is refused for something else, or rounded, answers there as others do.
    """
    if {FITS, REFUSED} & context.learned.keys():
        return None
    with np.errstate(all="ignore"):
        at = evaluate(context, X)
        found = slopes(lambda points: evaluate(context, points).value, X)
        off = np.abs(at.derivative - found.estimate.derivative)
        clearly = off > ALIKE * np.maximum(1.0, np.abs(at.derivative))
        wrong = ~found.accepts(at.derivative) & clearly & np.isfinite(at.derivative)
    return np.stack([at.value, at.derivative]) if wrong.any() else None
