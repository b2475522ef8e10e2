"""Where an activation has other values than the solution's, if there is a solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.mistakes import off
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.specified import Values, specified
from cgp_harness.model import Floats


@dataclass(frozen=True)
class Other:
    """Where values are others: at which of the points, and what they should be, (K,)."""

    places: NDArray[np.intp]
    right: Floats


def other_values(context: ActivationContext, x: Floats, at: Evaluated) -> Other | None:
    """The points at which the values are not those of the first answer, if they are those of none.
    """
    found = [_other(values, x, at.value) for values in specified(context.assignment, context.task)]
    return found[0] if found and all(one.places.size for one in found) else None


def _other(values: Values, x: Floats, got: Floats) -> Other:
    return Other(np.flatnonzero(off(values, x, got)), values(x))
