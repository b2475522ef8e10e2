"""Is backward linear in what arrives, or affine where that is declared?

A vector-Jacobian product is linear in its vector: B(a g + b h) = a B(g) + b B(h), so also
B(0) = 0. `torch.autograd.gradcheck` (2.13) only tries basis vectors, or numbers in [0, 1], and so
passes |g| f', relu(g) f', clip(g) f' and g / ||g|| f'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.case import FunctionCase
from cgp_harness.kinds.autograd_function.probes.finding import Flaw
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats

A, B = -1.5, 2.0
ROUNDING = 1e-9
"""Of the numbers that are added; what g = 0 gives is exactly 0."""


@dataclass(frozen=True)
class Rows:
    """Points with four cotangents each: 0, g, h and A g + B h; and what backward gave.

    Args:
        points: (4 P, D); the four rows of a point follow one another.
        cotangents: (4 P, E).
        got: (4 P, D).
    """

    sizes: Sizes
    points: Floats
    cotangents: Floats
    got: Floats

    @classmethod
    def asked(cls, function: FunctionUnderTest, sizes: Sizes) -> Rows:
        """At the fixed points of this shape: one request."""
        points, g, h = ground.base(function.specification, sizes)
        at = np.repeat(points, 4, axis=0)
        sent = np.stack([np.zeros_like(g), g, h, A * g + B * h], axis=1).reshape(len(at), -1)
        return cls(sizes, at, sent, function.gradients(sizes, at, sent))

    def by_cotangent(self) -> Floats:
        """(4, P, D): what came of 0, of g, of h and of A g + B h."""
        return self.got.reshape(-1, 4, self.sizes.numbers).transpose(1, 0, 2)


def not_linear(function: FunctionUnderTest, rows: Rows) -> Iterator[Flaw]:
    """B(0) where it must be 0, and the combination where it is not that of the two."""
    kind = function.specification.linear
    if kind is None:
        return
    zero, of_g, of_h, of_both = rows.by_cotangent()
    if kind == "linear" and (zero != 0).any():
        yield _flaw(rows, zero != 0, 0, "backward does not return 0 when a g of zeros arrives.")
        return
    with np.errstate(invalid="ignore"):
        combined = zero + A * (of_g - zero) + B * (of_h - zero)
        size = np.abs(A * of_g) + np.abs(B * of_h) + 4 * np.abs(zero)
        off = ~(np.abs(of_both - combined) <= ROUNDING * size)
    if off.any():
        what = "linear in g" if kind == "linear" else "linear in g, up to a constant"
        yield _flaw(rows, off, _wrong_of_four(function, rows, off), (
            f"backward is not {what}: for a g + b h it must return a times what it returns for g, "
            "plus b times what it returns for h, for negative numbers and large ones too."))


def _wrong_of_four(function: FunctionUnderTest, rows: Rows, off: NDArray[np.bool_]) -> int:
    """Which of 0, g, h and A g + B h gets a wrong gradient at the first point that is off."""
    first = 4 * int(np.flatnonzero(off.any(axis=1))[0])
    wanted = function.wanted_gradients(rows.sizes, rows.points, rows.cotangents)
    wrong = [bool(row.any()) for row in wanted.wrong(rows.got)[first:first + 4]]
    return 3 if wrong[3] or True not in wrong else wrong.index(True)


def _flaw(rows: Rows, off: NDArray[np.bool_], which: int, message: str) -> Flaw:
    """The first point where a number is off, with the cotangent 0, g, h or A g + B h."""
    i = 4 * int(np.flatnonzero(off.any(axis=1))[0]) + which
    case = FunctionCase(
        rows.sizes, tuple(rows.points[i].tolist()), tuple(rows.cotangents[i].tolist()))
    return Flaw("", message, case)
