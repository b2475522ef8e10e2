"""What is to be explained, and when a fit of it counts: to the last digits, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cgp_harness.kinds.primer_training.diagnosis.order import Order
from cgp_harness.model import Floats

RELATIVE = 1e-9
"""Of the largest change. What is right is met to 1e-11 or better; Adam of another eps, to 1e-8."""
ROUNDINGS = 8.0
"""A change is a difference of two parameters, which are rounded."""


@dataclass(frozen=True)
class Changes:
    """What a group of parameters did.

    Args:
        of: (K, D).
        rounding: how far each of these may be off, since parameters are rounded.
    """

    of: Floats
    rounding: float

    @classmethod
    def between(cls, rows: Floats) -> Changes:
        """Of consecutive rows of parameters."""
        size = float(np.abs(rows).max(initial=0.0))
        return cls(np.diff(rows, axis=0), ROUNDINGS * np.finfo(float).eps * size)

    @property
    def largest(self) -> float:
        """Of all, in parameter units."""
        return float(np.abs(self.of).max(initial=0.0))

    @property
    def room(self) -> float:
        """How far a fit may be off."""
        return RELATIVE * self.largest + self.rounding

    def off(self, fit: Floats, start: int = 0) -> float:
        """How far a fit is off at most, as a share of the largest change; infinite if too far."""
        error = float(np.abs(self.of[start:] - fit[start:]).max(initial=0.0))
        return error / self.largest if error <= self.room else np.inf


@dataclass(frozen=True)
class Sought:
    """Changes of some parameters, and the gradients that all have that share a state with them.

    Args:
        changes: of those that are to be explained.
        gradient: (rows, D), of all; rows beyond the changes are of batches whose step is not seen.
        order: of all.
        moved: (K, D), changes of all; those to be explained, if they are all.
        first: the columns from this one on are to be explained.
        summed: what is to be explained is the sum of what all would do.
        start: what the states are at first: (2, states) of moments, or (1, states) of a change.
        first_step: Adam's k at first.
        first_place: the number of the first parameter, where parameters are numbered.
    """

    changes: Changes
    gradient: Floats
    order: Order
    moved: Floats | None = None
    first: int = 0
    summed: bool = False
    start: Floats | None = None
    first_step: int = 1
    first_place: int = 1

    @cached_property
    def slope(self) -> Floats:
        """(K, …): the gradient where changes are to be explained."""
        slope = self.gradient[:len(self.changes.of), self.first:]
        return slope.sum(axis=1, keepdims=True) if self.summed else slope

    @cached_property
    def previous(self) -> Floats:
        """(K, …): for each of these the change before it under the same key."""
        if self.summed:
            return np.concatenate([np.zeros((1, 1)), self.changes.of[:-1]])
        start = None if self.start is None else self.start[0]
        moved = self.changes.of if self.moved is None else self.moved
        return self.order.before(moved, start)[:, self.first:]


def least_squares(terms: Sequence[Floats], changes: Floats) -> Floats:
    """The factors (F,) of F terms in the shape of the changes, to which they sum up best; columns
    are brought to one size first. None is a number where one of these is none, as in a training
    that diverges: LAPACK would raise, and print."""
    columns = np.stack([term.ravel() for term in terms], axis=1)
    if not (np.isfinite(columns).all() and np.isfinite(changes).all()):
        return np.full(len(terms), np.nan)
    sizes = np.abs(columns).max(axis=0, initial=0.0)
    sizes[sizes == 0] = 1.0
    factors: Floats = np.linalg.lstsq(columns / sizes, changes.ravel(), rcond=None)[0] / sizes
    return factors
