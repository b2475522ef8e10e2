"""The run by whose answers equal mistakes are told, with every seed and in every year.

Names that instructors have given hang on its numbers: they are not to be changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.activation.checks.activation import FITS, REFUSED
from cgp_harness.kinds.activation.checks.elementwise import REFUSALS
from cgp_harness.kinds.activation.checks.other_values import other_values
from cgp_harness.kinds.activation.checks.points import evaluate
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.model import Floats
from cgp_harness.probing.derivatives.slopes import slopes
from cgp_harness.probing.fixed_run import ALIKE

X = np.array([
    -5.23, -3.41, -2.17, -1.38, -0.83, -0.29, 0.17, 0.71, 1.13, 1.93, 2.61, 4.37])
"""No round ones, and none at a kink that activations have."""


def fixed_run(context: ActivationContext) -> Floats | None:
    """Value and derivative (2, 12), if one that is finite is clearly wrong there.

    What is refused for something else than these, or is rounded, answers there as others do.
    """
    refused = context.learned.get(REFUSED)
    if FITS in context.learned or refused not in (None, REFUSALS["other_value"]):
        return None
    with np.errstate(all="ignore"):
        at = evaluate(context, X)
        wrong = _derivatives(context, at) if refused is None else _values(context, at)
    return np.stack([at.value, at.derivative]) if wrong.any() else None


def _derivatives(context: ActivationContext, at: Evaluated) -> NDArray[np.bool_]:
    found = slopes(lambda points: evaluate(context, points).value, X)
    return ~found.accepts(at.derivative) & _off(at.derivative, found.estimate.derivative)


def _values(context: ActivationContext, at: Evaluated) -> NDArray[np.bool_]:
    other = other_values(context, X, at)
    return np.zeros(X.shape, bool) if other is None else _off(at.value, other.right)


def _off(got: Floats, right: Floats) -> NDArray[np.bool_]:
    clearly = np.abs(got - right) > ALIKE * np.maximum(1.0, np.abs(got))
    return np.asarray(clearly & np.isfinite(got))
