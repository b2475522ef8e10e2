"""Numbers that a Function is asked at, drawn, never near a kink; and whether answers agree.

Cotangents have both signs and sizes up to 3: with numbers in [0, 1], as torch's own gradcheck draws
them, a backward that uses |g| or clips g at 1 is right.
"""

from __future__ import annotations

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.questions import Shape
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Floats

STREAM = 9
"""Second word of the seed; other checks draw with 1 to 3 and 5 to 8."""
DIGITS = 3
TRIES, WITH_FEW_DIGITS = 200, 20
"""Times that what may not be asked is drawn again; with all digits from some time on, since of many
numbers with few two are equal."""


def draws(seed: int, purpose: int) -> np.random.Generator:
    """A stream of its own for each purpose."""
    return np.random.default_rng([seed, STREAM, purpose])


def points(
    specification: Specification, sizes: Sizes, draw: np.random.Generator, count: int
) -> Floats:
    """`count` points (D,), in the domain, away from kinks, and where it may be asked.

    Raises:
        HarnessError: there are none.
    """
    shape = (count, sizes.numbers)
    low, high = (np.broadcast_to(one, shape) for one in specification.bounds(sizes))
    whole = np.broadcast_to(specification.whole(sizes), shape)
    drawn = _rounded(draw.uniform(low, high + whole), whole)
    for tried in range(TRIES):
        bad = ~(allowed(specification, drawn, (low, high))
                & specification.where_usable(sizes, drawn))
        if not bad.any():
            return drawn + 0.0  # no negative zero
        again = draw.uniform(low[bad], (high + whole)[bad])
        drawn[bad] = _rounded(again, whole[bad], DIGITS if tried < WITH_FEW_DIGITS else None)
    raise HarnessError(
        f"{specification.name} is right almost nowhere from {low.min():g} to {high.max():g}",
        where=f"inputs of the shapes {', '.join(map(str, sizes.inputs))}",
        expected="a domain in which it is finite, and no number is lost to rounding",
        fix="say where it is: `domain = [0.1, 3]`")


def _rounded(numbers: Floats, whole: np.ndarray, digits: int | None = DIGITS) -> Floats:
    real = numbers if digits is None else numbers.round(digits)
    return np.where(whole, np.floor(numbers), real)


def allowed(
    specification: Specification, numbers: Floats,
    bounds: tuple[Floats | float, Floats | float] | None = None,
) -> np.ndarray:
    """Which numbers are in the domain, or between other bounds, and away from kinks."""
    low, high = bounds or specification.domain
    inside = (numbers >= low) & (numbers <= high)
    if not specification.avoid:
        return np.asarray(inside)
    kinks = np.sort(np.asarray(specification.avoid))
    after = np.searchsorted(kinks, numbers)
    gaps = [np.abs(numbers - kinks[np.clip(i, 0, len(kinks) - 1)]) for i in (after - 1, after)]
    return np.asarray(inside & (np.minimum(*gaps) >= specification.margin))


def cotangents(output: Shape, draw: np.random.Generator, count: int) -> Floats:
    """`count` cotangents (E,): signed, sizes from 0.3 to 3."""
    shape = (count, int(np.prod(output)))
    return np.asarray(draw.choice([-1.0, 1.0], shape) * draw.uniform(0.3, 3.0, shape).round(DIGITS))


def agree(one: Floats, other: Floats) -> bool:
    """The same numbers, to rounding: a product may be summed in another order each time.

    How BLAS sums may depend on where an array lies in memory.
    """
    finite = np.abs(other[np.isfinite(other)])
    size = float(finite.max(initial=0.0))
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-12 * size, equal_nan=True))
