"""How far off a right form of a function of arrays may be: as far as rounding takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cgp_harness.model import Floats

ROUNDINGS = 8
"""A right form is off by so many times what one rounding of each argument changes, at most."""
TRIED = 8
"""Roundings of all arguments at once, each up or down."""


def wrong(
    value: Callable[..., Floats], real: Sequence[bool], case: Sequence[Floats], got: Floats,
    near: Floats,
) -> NDArray[np.bool_]:
    """Which numbers no right form computes; where the value is not finite, or one rounding of an
    argument makes it so, none is asked for.

    Args:
        value: what is right, of the arguments.
        real: which arguments are real numbers, and so may be rounded.
        case: the arguments.
        got: in the shape of their value.
        near: by how much each number may be off besides, in that shape.
    """
    draw = np.random.default_rng(0)
    wanted = value(*case)
    rounded = np.array([
        value(*[one * (1 + np.spacing(1) * draw.choice([-1, 1], one.shape)) if may else one
                for one, may in zip(case, real, strict=True)])
        for _ in range(TRIED)])
    with np.errstate(all="ignore"):
        moved = np.abs(rounded - wanted).max(axis=0)
        close = np.abs(got - wanted) <= near + ROUNDINGS * moved
    asked = np.isfinite(wanted) & np.isfinite(rounded).all(axis=0)
    return np.asarray(asked & ~close)
