"""Adam's step in its known forms, right and wrong.

m and v are changed in place. Arrays are (grid, parameters); what comes back is what is divided, and
what stands below the root.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cgp_harness.model import Floats


@dataclass(frozen=True)
class At:
    """One step of some parameters.

    Args:
        g: their gradients, (parameters,).
        k: number of the step, from 1.
        place: of each parameter in the order of its writing, from 1.
        b1, b2: (grid, 1).
    """

    m: Floats
    v: Floats
    g: Floats
    k: int
    place: Floats
    b1: Floats
    b2: Floats

    def go_on(self, first: Floats | float | None = None, second: Floats | None = None) -> None:
        """Both recursions of Eq. 38, with other terms if they are given."""
        self.m[...] = self.b1 * self.m + (1 - self.b1) * (self.g if first is None else first)
        self.v[...] = self.b2 * self.v + (1 - self.b2) * (self.g**2 if second is None else second)

    def corrected(self, by: Floats | int | None = None) -> tuple[Floats, Floats]:
        """Eq. 39, with another exponent if it is given."""
        k = self.k if by is None else by
        return self.m / (1 - self.b1**k), self.v / (1 - self.b2**k)


Form = Callable[[At], tuple[Floats, Floats]]


def _right(at: At) -> tuple[Floats, Floats]:
    at.go_on()
    return at.corrected()


def _uncorrected(at: At) -> tuple[Floats, Floats]:
    at.go_on()
    return at.m.copy(), at.v.copy()


def _stored(at: At, *, first: bool = True, second: bool = True) -> tuple[Floats, Floats]:
    at.go_on()
    above, below = at.corrected()
    if first:
        at.m[...] = above
    if second:
        at.v[...] = below
    return above, below


def _exponent(of: Callable[[At], Floats | int]) -> Form:
    def form(at: At) -> tuple[Floats, Floats]:
        at.go_on()
        return at.corrected(of(at))

    return form


def _first_beta(at: At) -> tuple[Floats, Floats]:
    at.go_on()
    return at.corrected()[0], at.v / (1 - at.b1**at.k)


def _not_squared(at: At) -> tuple[Floats, Floats]:
    at.go_on(second=at.g)
    return at.corrected()


def _no_gradient(at: At) -> tuple[Floats, Floats]:
    at.go_on(first=1.0)
    return at.corrected()


def _no_first_moment(at: At) -> tuple[Floats, Floats]:
    at.go_on()
    return np.broadcast_to(at.g, at.m.shape), at.corrected()[1]


def _no_root(at: At) -> tuple[Floats, Floats]:
    at.go_on()
    above, below = at.corrected()
    return above, below**2


FORMS: Mapping[str, Form] = {
    "right": _right,
    "uncorrected": _uncorrected,
    "stored": _stored,
    "m stored": lambda at: _stored(at, second=False),
    "v stored": lambda at: _stored(at, first=False),
    "no power": _exponent(lambda at: 1),
    "exponent is the index": _exponent(lambda at: at.place),
    "one step ahead": _exponent(lambda at: at.k + 1),
    "beta1 in v_hat": _first_beta,
    "not squared": _not_squared,
    "no gradient": _no_gradient,
    "no first moment": _no_first_moment,
    "no root": _no_root,
}
