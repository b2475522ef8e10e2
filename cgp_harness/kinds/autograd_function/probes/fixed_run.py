"""The run by whose answers equal mistakes are told, with every seed and in every year.

Values and gradients at a few points of two shapes, since a mean over one is a constant factor. What
is special about other shapes, numbers or layouts is right here, and no answers are given. Names
that instructors have given hang on these numbers: they are not to be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cgp_harness.kinds.autograd_function.context import FOLLOWS, FunctionContext
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
SMALL = 1e-3
"""There a small eps shows."""
STEP = 0.569840291
"""Another than that of the cotangents, which have nothing to do with the points."""
Conventions = Sequence[FunctionUnderTest]
Compared = tuple[Floats | None, list[Wanted | None]]
"""What was given, if it has the right shape, and what is right by each convention."""


def values(context: FunctionContext) -> Floats | None:
    """What a wrong forward gives at both shapes, one after the other; None where it is right."""
    def asked(sizes: Sizes, points: Floats, each: Conventions) -> Compared:
        got = each[0].forward(sizes, points)
        if got.shape != sizes.output:
            return None, []
        return got.values, [one.wanted_values(sizes, points) for one in each]

    return _answers(context, asked)


def gradients(context: FunctionContext) -> Floats | None:
    """What a wrong backward gives at both shapes, one after the other; None where it is right."""
    def asked(sizes: Sizes, points: Floats, each: Conventions) -> Compared:
        sent = np.reshape(signed(len(points) * sizes.outputs), (len(points), sizes.outputs))
        got = each[0].gradients(sizes, points, sent)
        return got, [one.wanted_gradients(sizes, points, sent) for one in each]

    return _answers(context, asked)


def _answers(
    context: FunctionContext, asked: Callable[[Sizes, Floats, Conventions], Compared]
) -> Floats | None:
    """All answers, if by every convention a number in them that is finite is clearly wrong."""
    each = [function_under_test(context.knowing({FOLLOWS: name})) for name in context.conventions]
    first = each[0].specification
    found = [asked(sizes, _points(first, sizes), each) for sizes in first.tried_sizes[:2]]
    wrong = [
        any(_is_wrong(got, wanted[i]) for got, wanted in found if got is not None)
        for i in range(len(each))]
    return np.concatenate([got.ravel() for got, _ in found if got is not None]) if all(
        wrong) else None


def _points(specification: Specification, sizes: Sizes) -> Floats:
    """(K, D), in the domain and away from kinks; every second one is small, if it may be."""
    low, high = specification.domain
    spread_out = (low + (high - low) * np.array(spread(TRIED, STEP))).round(DIGITS) + 0.0
    count = -(-NUMBERS // max(1, sizes.numbers))
    points = np.resize(spread_out[allowed(specification, spread_out)], (count, sizes.numbers))
    small = points * np.where(np.arange(count) % 2, SMALL, 1.0)[:, None]
    return np.where(allowed(specification, small), small, points)


def _is_wrong(got: Floats, wanted: Wanted | None) -> bool:
    if wanted is None:
        return False
    room = np.maximum(wanted.tolerance, ALIKE * np.abs(wanted.values))
    return bool((Wanted(wanted.values, room).wrong(got) & np.isfinite(got)).any())
