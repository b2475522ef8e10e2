"""At which numbers a submission may be asked: where the right answer is right, and the only one.

There its value and its gradient are finite; moving each operation, or each number, by its last
digit leaves both within a part of the tolerance; and the gradient does not jump, as it does at a
kink or where two numbers of a maximum are equal, so that another right answer may have another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.from_solution.rounding import Rounding
from cgp_harness.kinds.autograd_function.specifications.specification import (
    Dtype,
    Sizes,
    Specification,
)
from cgp_harness.model import Floats

Fits = NDArray[np.bool_]
ROOM = 4.0
"""By so much the tolerance is wider than what rounding does to the right answer."""
SEEDS = (1, 2)
LARGEST = 1e250
"""Times a g of 1e8, and summed, it is still finite."""
SHIFT = 1e-9
"""Of each number, or as it is where the number is 0: nearer than any kink that is asked beside."""
JUMP = 1e-3
"""Of the number: more than a smooth gradient changes by within SHIFT."""
SLIGHT, LEAST = 1e-5, 1e-7
"""Of the largest number, and of all numbers: jumps of what is next to 0."""
BESIDE, ROUNDED = 2e-6, 1e-14
"""So near to a kink that is known, on either side, what is right is known; but not so near, in
proportion to it, that rounding may put it on the other side."""
KEPT = 4096
"""Answers; of few numbers each."""


class Everywhere:
    """Says that they may be, of an answer whose instructor says so."""

    def __call__(self, sizes: Sizes, points: Floats, dtype: Dtype = "float64") -> Fits:
        """All numbers of points (K, D)."""
        del sizes, dtype
        return np.ones(points.shape, bool)

    def row(self, sizes: Sizes, point: Floats, dtype: Dtype = "float64") -> bool:
        """Any point (D,)."""
        del sizes, point, dtype
        return True


@dataclass(frozen=True, eq=False)
class Usable:
    """Says of points where they may be asked.

    Args:
        oracle: the right answer.
        specification: says how far off a submission may be, and where kinks are; of it `usable`
            itself is not asked.
        rough: intervals in which nothing is, of an elementwise Function.
    """

    oracle: Oracle
    specification: Specification
    rough: tuple[tuple[float, float], ...] = ()
    _known: dict[tuple[object, ...], Fits] = field(default_factory=dict)

    @np.errstate(all="ignore")
    def __call__(self, sizes: Sizes, points: Floats, dtype: Dtype = "float64") -> Fits:
        """Which numbers of points (K, D); of a Function of several inputs all of a row, or none."""
        key = (sizes, dtype, points.shape, points.tobytes())
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = self._asked(sizes, points, dtype)
        return self._known[key]

    def _asked(self, sizes: Sizes, points: Floats, dtype: Dtype) -> Fits:
        arriving = points.astype(dtype).astype(np.float64)
        if not self.specification.elementwise:
            rows = [self.row(sizes, one, dtype) for one in arriving]
            return np.repeat(np.array(rows, bool)[:, None], points.shape[1], axis=1)
        flat = arriving.reshape(-1)
        value, gradient = self._fits([flat], np.ones(()), dtype)
        smooth = np.ones(flat.shape, bool)
        for low, high in self.rough:
            smooth &= (flat < low) | (flat > high) | np.isin(flat, self.specification.always)
        return np.asarray(value & gradient & smooth).reshape(points.shape)

    @np.errstate(all="ignore")
    def row(self, sizes: Sizes, point: Floats, dtype: Dtype = "float64") -> bool:
        """Whether all may be asked for at one point (D,), be it empty."""
        if self.specification.elementwise:
            return bool(self(sizes, point[None], dtype).all())
        g = np.random.default_rng(0).uniform(0.3, 3.0, sizes.output)
        g = g * np.resize([1.0, -1.0, -1.0], sizes.output)
        return all(bool(one.all()) for one in self._fits(sizes.parts(point), g, dtype))

    def _fits(self, parts: Sequence[Floats], g: Floats, dtype: Dtype) -> tuple[Fits, Fits]:
        """Of the value's numbers and of the gradient's, which may be asked for; none if it raises.
        """
        beside = [self._shifted(parts, way) for way in (-1, 1)]
        try:
            right = self._flat(g, parts)
            moved = [self._flat(g, parts, dtype, Rounding(seed)) for seed in SEEDS]
            shifted = [self._flat(g, one) for one in beside]
        except Exception:  # the answer's own, as `math.log` raises where np.log gives nan
            return np.zeros(1, bool), np.zeros(1, bool)
        sent = np.broadcast_to(g, right[0].shape) if g.ndim == 0 else g.reshape(-1)
        rooms = (self.specification.tolerance(right[0], dtype),
                 self.specification.tolerance(right[1], dtype, sent))
        sure = self._known_there(parts)
        value, gradient = (
            np.all([
                np.abs(right[i]) <= LARGEST,
                *(ROOM * np.abs(one[i] - right[i]) <= rooms[i] for one in moved),
                *(sure | _smooth(one[i], right[i]) for one in shifted)], axis=0)
            for i in (0, 1))
        return value, gradient

    def _flat(
        self, g: Floats, parts: Sequence[Floats], dtype: Dtype = "float64",
        within: Rounding | None = None,
    ) -> tuple[Floats, Floats]:
        value, gradients = self.oracle.both(g, parts, dtype, within)
        return value.reshape(-1), np.concatenate([one.reshape(-1) for one in gradients])

    def _shifted(self, parts: Sequence[Floats], way: int) -> list[Floats]:
        draw = np.random.default_rng(1)
        return [
            part if array.numbers != "real" else part + way * SHIFT * draw.uniform(
                0.5, 1.0, part.shape) * draw.choice([-1.0, 1.0], part.shape)
            * np.where(part == 0, 1.0, np.abs(part))
            for part, array in zip(parts, self.oracle.signature.arrays, strict=True)]

    def _known_there(self, parts: Sequence[Floats]) -> Fits:
        """Numbers of which more is known than what lies around them."""
        if not self.specification.elementwise:
            return np.zeros((), bool)
        [numbers] = parts
        named = np.isin(numbers, self.specification.always)
        if not self.specification.avoid:
            return named
        kinks = np.sort(self.specification.avoid)
        after = np.searchsorted(kinks, numbers)
        beside = np.zeros(numbers.shape, bool)
        for kink in (kinks[np.clip(after - one, 0, len(kinks) - 1)] for one in (0, 1)):
            distance = np.abs(numbers - kink)
            beside |= (distance <= BESIDE) & (distance > ROUNDED * np.abs(kink))
        return np.asarray(named | beside)


def _smooth(other: Floats, own: Floats) -> Fits:
    largest = np.abs(own).max(initial=0.0)
    return np.asarray(
        np.abs(other - own) <= JUMP * np.abs(own) + SLIGHT * min(1.0, largest) + LEAST)
