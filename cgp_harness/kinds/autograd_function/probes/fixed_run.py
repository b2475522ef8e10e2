"""The run by whose answers equal mistakes are told, with every seed and in every year.

Values and gradients at a few points of two shapes, since a mean over one is a constant factor. What
is special about other shapes, numbers or layouts is right here, and no answers are given. Names
that instructors have given hang on these numbers: they are not to be changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.probes.numbers import DIGITS, allowed
from cgp_harness.kinds.autograd_function.probes.under_test import (
    FunctionUnderTest,
    Wanted,
    function_under_test,
)
from cgp_harness.kinds.autograd_function.specifications.specification import (
    Sizes,
    Specification,
)
from cgp_harness.model import Floats
from cgp_harness.probing.fixed_run import ALIKE, signed, spread

NUMBERS, TRIED = 24, 2000
"""So many numbers go in at each shape, or a few more; they are the first of so many that are away
from kinks."""
STEP = 0.569840291
"""Another than that of the cotangents, which have nothing to do with the points."""


def values(context: FunctionContext) -> Floats | None:
    """What a wrong forward gives at both shapes, one after the other; None where it is right."""
    def asked(function: FunctionUnderTest, sizes: Sizes) -> tuple[Floats, Wanted] | None:
        points = _points(function.specification, sizes)
        got = function.forward(sizes, points)
        wanted = function.wanted_values(sizes, points)
        return None if wanted is None or got.shape != sizes.output else (got.values, wanted)

    function = function_under_test(context)
    return _wrong([asked(function, sizes) for sizes in function.specification.tried_sizes[:2]])


def gradients(context: FunctionContext) -> Floats | None:
    """What a wrong backward gives at both shapes, one after the other; None where it is right."""
    def asked(function: FunctionUnderTest, sizes: Sizes) -> tuple[Floats, Wanted]:
        points = _points(function.specification, sizes)
        sent = np.reshape(signed(len(points) * sizes.outputs), (len(points), sizes.outputs))
        got = function.gradients(sizes, points, sent)
        return got, function.wanted_gradients(sizes, points, sent)

    function = function_under_test(context)
    return _wrong([asked(function, sizes) for sizes in function.specification.tried_sizes[:2]])


def _points(specification: Specification, sizes: Sizes) -> Floats:
    """(K, D), in the domain and away from kinks."""
    low, high = specification.domain
    spread_out = (low + (high - low) * np.array(spread(TRIED, STEP))).round(DIGITS) + 0.0
    count = -(-NUMBERS // max(1, sizes.numbers))
    return np.resize(spread_out[allowed(specification, spread_out)], (count, sizes.numbers))


def _wrong(each: Sequence[tuple[Floats, Wanted] | None]) -> Floats | None:
    """All answers, if a number in them that is finite is clearly wrong."""
    found = [one for one in each if one is not None]
    return np.concatenate([got.ravel() for got, _ in found]) if any(
        _is_wrong(*one) for one in found) else None


def _is_wrong(got: Floats, wanted: Wanted) -> bool:
    room = np.maximum(wanted.tolerance, ALIKE * np.abs(wanted.values))
    return bool((Wanted(wanted.values, room).wrong(got) & np.isfinite(got)).any())
