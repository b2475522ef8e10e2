"""Partials or gradients that are all right but for one and the same factor."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cgp_harness.kinds.backprop.diagnosis.explained import Found, Numbers
from cgp_harness.probing.flag import Flag, flag

UNKNOWN = "There is a factor too many, or one is missing."
OF_DIFFERENCES = {
    "0": "Nothing is computed, or rounding swallows the step of a difference.",
    "2": "A central difference is divided by twice the step.",
    "0.5": "Only a central difference is divided by twice the step.",
}
OF_SQUARED_ERRORS = {
    "0": "Nothing arrives at a parameter.",
    "2": "The errors are dL/d(output): the 2 of a squared error is in them already.",
    "-2": "The errors are dL/d(output): the -2 of Eq. 18 is in them already.",
}


def of_partials_factor(numbers: Numbers, relative: float) -> Found | None:
    """A factor common to all partials; a small one is the step of a difference."""
    found = _factor(numbers, relative)
    if found is None:
        return None
    factor, error = found
    if 0 < abs(factor) < 0.02:
        known = flag("difference_not_divided", f"times {factor:.3g}",
                     "A difference of values is divided by the step that was taken.", "factor")
        return Found((known,), error)
    return Found((_flag(factor, OF_DIFFERENCES),), error)


def of_gradients_factor(numbers: Numbers, relative: float) -> Found | None:
    """A factor common to all gradients."""
    found = _factor(numbers, relative)
    return None if found is None else Found((_flag(found[0], OF_SQUARED_ERRORS),), found[1])


def _flag(factor: float, reasons: Mapping[str, str]) -> Flag:
    text = f"{factor:.3g}" if abs(factor - 1) > 0.01 else f"{factor:.9g}"
    text = text if factor else "0"  # not -0
    identifier = "constant_factor" if factor else "all_zero"
    return flag(identifier, f"times {text}", reasons.get(text, UNKNOWN), "factor")


def _factor(numbers: Numbers, relative: float) -> tuple[float, float] | None:
    """The factor, by least squares, and the largest error that it leaves; None if that is more.

    A number of a small graph weighs as much as one of a large graph: each in units of its limit.
    """
    pairs = [
        (a / unit, b / unit)
        for got, right, limits in zip(numbers.got, numbers.right, numbers.limits, strict=True)
        for a, b, limit in zip(got, right, limits, strict=True) for unit in [limit.of(b)]]
    square = sum(b * b for _, b in pairs)
    factor = sum(a * b for a, b in pairs) / square if square else 0.0
    if not math.isfinite(factor):
        return None
    # Of a factor of 1e-6 nothing would be left within a tolerance: compared at full size.
    size = abs(factor) or 1.0
    sign = math.copysign(1.0, factor) if factor else 0.0
    scaled = Numbers([[a / size for a in row] for row in numbers.got], numbers.right,
                     numbers.limits)
    error = scaled.error(lambda i: [sign * b for b in numbers.right[i]], relative)
    return None if error is None else (factor, error)
