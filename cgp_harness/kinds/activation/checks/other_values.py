"""Where an activation has other values than the solution's, if there is a solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.specified import Values, specified
from cgp_harness.model import Floats

RELATIVE, ABSOLUTE = 1e-9, 1e-12
ROUNDINGS = 8.0
"""A right form is off by so many times what one rounding of x changes, at most."""


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
    right = values(x)
    moved = np.max([np.abs(values(np.nextafter(x, way)) - right) for way in (-np.inf, np.inf)], 0)
    room = RELATIVE * np.abs(right) + ABSOLUTE + ROUNDINGS * np.nan_to_num(moved)
    return Other(np.flatnonzero(~(np.abs(got - right) <= room)), right)
