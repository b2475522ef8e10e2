"""The declared ground: where a Function is compared in every run, whatever the seed.

What separates a plausible mistake from the right Function stands here. Numbers drawn from the seed
come on top, so that no verdict depends on luck.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.kinds.autograd_function.probes.numbers import cotangents, draws, points
from cgp_harness.kinds.autograd_function.questions import Layout
from cgp_harness.kinds.autograd_function.specifications.specification import (
    LEAST_NORMAL,
    Dtype,
    Sizes,
    Specification,
)
from cgp_harness.model import Floats

FIXED = 0
"""In the place of a seed."""
POINTS, SINGLE = 4, 12
"""At each of the two shapes that mistakes are told apart on; and of single numbers."""
BESIDE = (1e-6, 1e-9)
"""How near to a kink numbers are asked, on both sides; and the next number of all, where that is
one of float64 in its ordinary range."""
KINKS = 5
"""Of many kinks so many at either end, besides those that are always tried."""
LADDER = np.array([float(f"{x:.4g}") for x in np.geomspace(1e-9, 1e3, 37)])
"""Sizes of x, three to a decade."""
EVEN, RATIO = 400, 1.02
"""So many numbers lie evenly in the domain, with all digits; from its ends to those of the reach
each is so many times the one before. What is wrong in a wider interval is always seen."""
OFFSET = 0.618034
"""Of a distance: where the first of the even numbers lies."""
TINY = (1e-12, 1e-15, 1e-20, 1e-30, 1e-100, 1e-300)
"""What is added against a division by 0 is of such a size."""
FAR = 0.9
"""Of the way to either end of the reach."""
SIZES_OF_G = (1e-12, 1e3, 1e8)
LAYOUTS: dict[Layout, str] = {
    "sliced": "every second number of a wider tensor",
    "transposed": "a transposed tensor, as `.T` and `.permute()` give",
    "expanded": "one row for all, as `.expand()` gives",
    "expanded_last": "one column for all, as `output.sum(-1)` sends it back",
    "channels_last": "in the format channels_last",
}
"""Each with what it is, for messages."""


def base(specification: Specification, sizes: Sizes) -> tuple[Floats, Floats, Floats]:
    """Points (P, D), and two cotangents (P, E) for each, at one of the shapes tried."""
    draw = draws(FIXED, 10 + specification.tried_sizes.index(sizes))
    count = SINGLE if sizes.numbers == 1 else POINTS
    return (points(specification, sizes, draw, count),
            cotangents(sizes.output, draw, count), cotangents(sizes.output, draw, count))


def told_apart_at(specification: Specification) -> tuple[Sizes, ...]:
    """Shapes at which mistakes are told apart: a mean over them is no constant factor.

    Of an elementwise Function single numbers too: what depends on neighbours shows there.
    """
    single = [one for one in specification.tried_sizes if one.output == ()]
    return (*specification.tried_sizes[:2], *(single if specification.elementwise else []))


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


def with_option(specification: Specification) -> tuple[Sizes, Floats, Floats]:
    """Where it is asked with another value of an argument after its inputs: a point (1, D) and a
    cotangent (1, E). Of an elementwise Function all numbers, since the value may be a threshold."""
    if not specification.elementwise:
        sizes = specification.tried_sizes[1]
        return sizes, *row(specification, sizes)
    found = numbers(specification)
    every = Sizes((found.shape,), found.shape)
    found = found[specification.where_usable(every, found[None])[0]]
    sizes = Sizes((found.shape,), found.shape)
    return sizes, found[None], row(specification, sizes)[1]


def in_single_precision(specification: Specification, sizes: Sizes) -> tuple[Floats, Floats]:
    """One point (1, D) and cotangent (1, E), of which float32 has digits enough if any has."""
    if specification.elementwise:
        return row(specification, sizes)
    at, g, _ = base(specification, sizes)
    fit = specification.where_usable(sizes, at, "float32").all(axis=1)
    i = int(np.argmax(fit))
    return at[i:i + 1], g[i:i + 1]


def laid_out_sizes(specification: Specification, layout: Layout) -> tuple[Sizes, ...]:
    """Of the shapes tried the first, and one of four axes, where this layout is one of its own."""
    axes = {"transposed": 2, "expanded_last": 2, "channels_last": 4}.get(layout, 1)
    first, *others = specification.tried_sizes
    four = [one for one in others if len(one.output) == 4]
    return tuple(
        one for one in (first, *four[:1])
        if max(map(len, (*one.inputs, one.output))) >= axes)


def numbers(specification: Specification, dtype: Dtype = "float64") -> Floats:
    """What an elementwise Function is asked at, as one long vector (N,), exact in this dtype.

    What the specification names; numbers beside kinks; numbers of every size; numbers without a gap
    from end to end; and -0, where 0 is allowed.
    """
    kinks = np.sort(np.asarray(specification.avoid, np.float64))
    chosen = np.concatenate([
        kinks if len(kinks) <= 2 * KINKS else np.concatenate([kinks[:KINKS], kinks[-KINKS:]]),
        np.intersect1d(kinks, specification.always)])
    distances = [0.0, *(sign * one for one in BESIDE for sign in (-1, 1))]
    next_ones = [np.nextafter(chosen[chosen != 0], way) for way in (-np.inf, np.inf)]
    listed = np.concatenate([
        specification.always, *(chosen + one for one in distances), *next_ones, LADDER, -LADDER,
        TINY, np.negative(TINY), even(specification)])
    listed = _taken(specification, listed.astype(dtype).astype(np.float64))
    listed = np.array(list(dict.fromkeys(listed.tolist())))
    listed = np.append(listed, _taken(specification, np.array([-0.0])))
    sizes = Sizes((listed.shape,), listed.shape)
    return np.asarray(listed[specification.where_usable(sizes, listed[None], dtype)[0]])


def even(specification: Specification) -> Floats:
    """Numbers evenly in the domain, and in proportion from there to the ends of the reach."""
    low, high = specification.domain
    found = [low + (np.arange(EVEN) + OFFSET) * (high - low) / EVEN]
    for start, end in zip(specification.domain, specification.reach, strict=True):
        if start * end > 0 and abs(end) > abs(start):
            count = 2 + int(np.log(end / start) / np.log(RATIO))
            found.append(np.array([float(f"{x:.5g}") for x in np.geomspace(start, end, count)]))
    return _with_all_digits(specification, np.concatenate(found))


def _with_all_digits(specification: Specification, numbers: Floats) -> Floats:
    """Without those whose output or slope is subnormal: its last digits are lost, and times g that
    shows.
    """
    if not specification.elementwise:
        return numbers
    sizes, g = Sizes((numbers.shape,), numbers.shape), np.ones_like(numbers)
    answers = (specification.values(sizes, numbers), specification.gradients(sizes, numbers, g))
    lost = [(answer != 0) & (np.abs(answer) < LEAST_NORMAL)
            for answer in answers if answer is not None]
    return np.asarray(numbers[~np.any([np.zeros(numbers.shape, bool), *lost], axis=0)])


def uniform(specification: Specification, sizes: Sizes) -> dict[str, Floats]:
    """Points (1, D) where one input has zeros alone, one number, or one sign; after `for …`.

    The one number is the smallest, where most gradients are not 0.
    """
    names = tuple(specification.inputs)
    parts = sizes.parts(row(specification, sizes)[0][0])
    found = {}
    for i, (name, part) in enumerate(zip(names, parts, strict=True)):
        smallest = part.flat[np.argmin(np.abs(part))] if part.size else 0.0
        for noun, numbers in (
            ("zeros", np.zeros_like(part)), ("equal numbers", np.full_like(part, smallest)),
            ("positive numbers", np.abs(part)), ("negative numbers", -np.abs(part)),
        ):
            signed = noun in ("positive numbers", "negative numbers")
            if signed and name in specification.numbers:
                continue
            if _where_taken(specification, numbers.reshape(-1)).all():
                each = [one.reshape(-1) for one in (*parts[:i], numbers, *parts[i + 1:])]
                point = np.concatenate(each)[None]
                if specification.where_usable(sizes, point).all():
                    found[f"{name} of {noun}"] = point
    return found


def sizes_of_g(specification: Specification, outputs: int) -> dict[str, float | Floats]:
    """What g is multiplied by, after `wrong for …`.

    Where numbers have nothing to do with one another, they come in all sizes at once, too.
    """
    found: dict[str, float | Floats] = {f"one of {size:g}": size for size in SIZES_OF_G}
    if specification.elementwise:
        found["one of very small and very large numbers"] = np.resize(
            (1.0, *SIZES_OF_G), outputs)
    return found


def magnitudes(specification: Specification, sizes: Sizes) -> Floats:
    """Points (P, D) of a Function of several inputs, as far out as it may be asked.

    Numbers of all sizes from 1e-3 to the end of its reach; and of one input after the other all
    numbers near one end: exponentials of all of them overflow, or are 0.
    """
    draw = draws(FIXED, 40 + specification.tried_sizes.index(sizes))
    low, high = specification.reach
    largest = np.log10(max(abs(low), abs(high)))
    shape = (POINTS, sizes.numbers)
    drawn = draw.choice([-1.0, 1.0], shape) * 10 ** draw.uniform(-3, largest, shape)
    ordinary = points(specification, sizes, draw, POINTS)
    real = ~specification.whole(sizes)
    drawn = np.where(real & _within_reach(specification, sizes, drawn), drawn, ordinary)
    drawn = np.where(specification.where_usable(sizes, drawn), drawn, ordinary)
    inputs = np.eye(len(sizes.inputs)).tolist()
    far = np.array([
        ordinary[0] + FAR * end * real * sizes.of_each(one) for one in inputs
        for end in (low, high)])
    fits = _within_reach(specification, sizes, far) & specification.where_usable(sizes, far)
    return np.concatenate([drawn, far[fits.all(axis=1)]])


def _within_reach(specification: Specification, sizes: Sizes, points: Floats) -> np.ndarray:
    low, high = specification.reaches(sizes)
    return np.asarray((points >= low) & (points <= high) & _where_taken(specification, points))


def levelled(
    sizes: Sizes, point: Floats, cotangent: Floats, layouts: Sequence[Layout]
) -> tuple[Floats, Floats]:
    """The same, but with equal numbers along the axis that a layout expands."""
    inputs, arriving = layouts
    return (_level(inputs, sizes.parts(point[0])),
            _level(arriving, [cotangent[0].reshape(sizes.output)]))


def _level(layout: Layout, parts: Sequence[Floats]) -> Floats:
    axis = {"expanded": 0, "expanded_last": -1}.get(layout)
    each = [part if axis is None or not part.ndim else
            np.broadcast_to(part.take([0], axis), part.shape) for part in parts]
    return np.concatenate([one.reshape(-1) for one in each])[None]


def _taken(specification: Specification, listed: Floats) -> Floats:
    return np.asarray(listed[_where_taken(specification, listed)])


def _where_taken(specification: Specification, listed: Floats) -> np.ndarray:
    """Which are in reach, and no kink unless the specification says what is right there."""
    low, high = specification.reach
    defined = np.isin(listed, specification.always) | ~np.isin(listed, specification.avoid)
    return np.asarray((listed >= low) & (listed <= high) & defined)

