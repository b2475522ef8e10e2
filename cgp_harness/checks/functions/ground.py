"""The declared ground: where a Function is compared in every run, whatever the seed.

What separates a plausible mistake from the right Function stands here. Numbers drawn from the seed
come on top, so that no verdict depends on luck.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.checks.functions.function_numbers import cotangents, draws, points
from cgp_harness.model import Floats
from cgp_harness.specifications.specification import Sizes, Specification
from cgp_harness.subject.functions import Layout

FIXED = 0
"""In the place of a seed."""
POINTS = 4
"""At each of the two shapes that mistakes are told apart on."""
BESIDE = (1e-6, 1e-9)
"""How near to a kink numbers are asked, on both sides."""
KINKS = 5
"""Of many kinks so many at either end, besides those that are always tried."""
LADDER = np.array([float(f"{x:.4g}") for x in np.geomspace(1e-9, 1e3, 37)])
"""Sizes of x, three to a decade."""
SIZES_OF_G = (1e-12, 1e3, 1e8)
LAYOUTS: dict[Layout, str] = {
    "sliced": "every second number of a wider tensor",
    "transposed": "a transposed tensor, as `.T` and `.permute()` give",
    "expanded": "one row for all, as `.expand()` gives",
    "channels_last": "in the format channels_last",
}
"""Each with what it is, for messages."""


def base(specification: Specification, sizes: Sizes) -> tuple[Floats, Floats, Floats]:
    """Points (P, D), and two cotangents (P, E) for each, at one of the shapes tried."""
    draw = draws(FIXED, 10 + specification.tried_sizes.index(sizes))
    return (points(specification, sizes, draw, POINTS),
            cotangents(sizes.output, draw, POINTS), cotangents(sizes.output, draw, POINTS))


def row(specification: Specification, sizes: Sizes) -> tuple[Floats, Floats]:
    """One point (1, D) and one cotangent (1, E).

    Of an elementwise Function the numbers are those of the first shape, where they were right: if
    one is wrong here, it is for its shape.
    """
    if not specification.elementwise:
        at, g, _ = base(specification, sizes)
        return at[:1], g[:1]
    at, g, _ = base(specification, specification.tried_sizes[0])
    return np.resize(at, (1, sizes.numbers)), np.resize(g, (1, sizes.outputs))


def laid_out_sizes(specification: Specification, layout: Layout) -> tuple[Sizes, ...]:
    """Of the shapes tried the first, and one of four axes, where this layout is one of its own."""
    axes = {"transposed": 2, "channels_last": 4}.get(layout, 1)
    first, *others = specification.tried_sizes
    four = [one for one in others if len(one.output) == 4]
    return tuple(
        one for one in (first, *four[:1])
        if max(map(len, (*one.inputs, one.output))) >= axes)


def numbers(specification: Specification, dtype: str = "float64") -> Floats:
    """What an elementwise Function is asked at, as one long vector (N,), exact in this dtype.

    What the specification names; numbers beside kinks; numbers of every size; and -0, where 0 is
    allowed.
    """
    kinks = np.sort(np.asarray(specification.avoid, np.float64))
    chosen = np.concatenate([
        kinks if len(kinks) <= 2 * KINKS else np.concatenate([kinks[:KINKS], kinks[-KINKS:]]),
        np.intersect1d(kinks, specification.always)])
    distances = [0.0, *(sign * one for one in BESIDE for sign in (-1, 1))]
    listed = np.concatenate([
        specification.always, *(chosen + one for one in distances), LADDER, -LADDER])
    listed = _taken(specification, listed.astype(dtype).astype(np.float64))
    listed = np.array(list(dict.fromkeys(listed.tolist())))
    return np.append(listed, _taken(specification, np.array([-0.0])))


def magnitudes(specification: Specification, sizes: Sizes) -> Floats:
    """Points (P, D) of a Function of several inputs: sizes from 1e-3 to the end of its reach."""
    draw = draws(FIXED, 40 + specification.tried_sizes.index(sizes))
    low, high = specification.reach
    largest = np.log10(max(abs(low), abs(high)))
    shape = (POINTS, sizes.numbers)
    drawn = draw.choice([-1.0, 1.0], shape) * 10 ** draw.uniform(-3, largest, shape)
    ordinary = points(specification, sizes, draw, POINTS)
    return np.where(_where_taken(specification, drawn), drawn, ordinary)


def levelled(
    sizes: Sizes, point: Floats, cotangent: Floats, layouts: Sequence[Layout]
) -> tuple[Floats, Floats]:
    """The same, but with one row for all along the first axis where a layout expands it."""
    inputs, arriving = layouts
    if inputs == "expanded":
        point = _level(sizes.parts(point[0]))
    if arriving == "expanded":
        cotangent = _level([cotangent[0].reshape(sizes.output)])
    return point, cotangent


def _level(parts: Sequence[Floats]) -> Floats:
    each = [np.broadcast_to(part[:1], part.shape) if part.ndim else part for part in parts]
    return np.concatenate([one.reshape(-1) for one in each])[None]


def _taken(specification: Specification, listed: Floats) -> Floats:
    return np.asarray(listed[_where_taken(specification, listed)])


def _where_taken(specification: Specification, listed: Floats) -> np.ndarray:
    """Which are in reach, and no kink unless the specification says what is right there."""
    low, high = specification.reach
    defined = np.isin(listed, specification.always) | ~np.isin(listed, specification.avoid)
    return np.asarray((listed >= low) & (listed <= high) & defined)

