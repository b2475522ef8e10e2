"""Adam's directions for a grid of hyperparameters at once, and which of them explains changes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.primer_training.diagnosis.adam_forms import FORMS, At
from cgp_harness.kinds.primer_training.diagnosis.fitting import Changes, Sought, least_squares
from cgp_harness.model import Floats

BETA1 = (0.9, 0.8, 0.85, 0.95, 0.99, 0.5, 0.999)
BETA2 = (0.999, 0.99, 0.9, 0.98, 0.95, 0.995, 0.9999)
EPS = (1e-8, 1e-7, 1e-6, 1e-10, 1e-5, 1e-4, 1e-3, 1e-9, 1e-12, 0.0)
SCALES = (1.0, 2.0)
"""What the gradient is multiplied by, which eps makes visible."""
FIRST = 3
"""Steps on which a grid is tried; what fits them is tried on all."""
NEAR, NEAREST, ROUNDS = 0.3, 3, 12
"""From where, as a share of the largest change, betas are refined that no grid has; from how many
of its pairs; in how many rounds."""


@dataclass(frozen=True)
class Found:
    """What explains a group's changes.

    Args:
        form: `right`, or which part is another.
        rate: what the direction is multiplied by, downhill if above 0.
        inside: whether eps stands inside the root.
        error: as a share of the largest change.
        added: what the gradient itself is multiplied by, where it is added.
        scale: what the gradient was multiplied by.
    """

    form: str
    rate: float
    beta1: float
    beta2: float
    eps: float
    inside: bool
    error: float
    added: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Simulated:
    """(grid, K, D) of what is divided, and of what stands below the root; and the last moments."""

    above: Floats
    below: Floats
    moments: Floats
    summed: bool = False

    def directions(self, eps: Floats | float, *, inside: bool) -> Floats:
        """With eps inside the root, or beside it."""
        with np.errstate(all="ignore"):
            root = np.sqrt(self.below + eps) if inside else np.sqrt(self.below) + eps
            found: Floats = self.above / root
        return found.sum(axis=2, keepdims=True) if self.summed else found


def simulated(
    of: Sought, form: str, scale: float, beta1: Floats, beta2: Floats, steps: int = 0
) -> Simulated:
    """A form, for several pairs of betas, (grid,), on the steps that are seen or on the first."""
    gradient, order = scale * of.gradient[:steps or len(of.changes.of)], of.order
    moments = np.zeros((2, len(beta1), max(order.keys) + 1))
    if of.start is not None:
        moments[...] = of.start[:, None, :]
    m, v = moments
    above = np.empty((len(beta1), *gradient.shape))
    below = np.empty_like(above)
    places = np.empty(gradient.shape[1])
    places[list(order.written)] = of.first_place + np.arange(gradient.shape[1])
    b1, b2 = beta1[:, None], beta2[:, None]
    with np.errstate(all="ignore"):
        for number, row in enumerate(gradient):
            for parameters, keys in order.rounds:
                at = At(m[:, keys], v[:, keys], row[parameters], of.first_step + number,
                        places[parameters], b1, b2)
                above[:, number, parameters], below[:, number, parameters] = FORMS[form](at)
                m[:, keys], v[:, keys] = at.m, at.v
    return Simulated(above[:, :, of.first:], below[:, :, of.first:], moments, of.summed)


def search(
    of: Sought, form: str = "right", scales: Sequence[float] = SCALES, *, added: bool = False,
) -> Found | None:
    """Which hyperparameters explain the changes, if any do.

    Args:
        added: the gradient itself may be added to the direction.
    """
    changes = of.changes
    short = Changes(changes.of[:FIRST], changes.rounding)
    pairs = np.array([*itertools.product(BETA1, BETA2)])
    for scale in scales:
        begun = simulated(of, form, scale, pairs[:, 0], pairs[:, 1], FIRST)
        for eps, inside in _eps():
            directions = begun.directions(eps, inside=inside)
            for at in np.flatnonzero(_near(short, directions, of.slope[:FIRST], added=added)):
                found = _whole(of, form, scale, pairs[at], eps, inside=inside, added=added)
                if found is not None:
                    return found
    return None


def refined(of: Sought) -> Found | None:
    """The right form with betas and eps that no grid has, found from the nearest that one has."""
    pairs = np.array([*itertools.product(BETA1, BETA2)])
    every = simulated(of, "right", 1.0, pairs[:, 0], pairs[:, 1])
    wanted = of.changes.of.ravel()
    for inside in (True, False):
        off = _off(every.directions(1e-8, inside=inside).reshape(len(pairs), -1), wanted)
        for at in off.argsort()[:NEAREST]:
            if off[at] > NEAR * of.changes.largest:
                break
            values = np.log([*(1 - pairs[at]), 1e-8])
            for free in (2, 3):     # betas first: what is far off pulls eps to 0
                values = _descended(of, values, wanted, free, inside=inside)
            betas, eps = _numbers(values[None])
            found = _whole(of, "right", 1.0, betas[0], float(eps[0]), inside=inside, added=False)
            if found is not None:
                return replace(
                    found, beta1=round(found.beta1, 8), beta2=round(found.beta2, 8))
    return None


def _descended(
    of: Sought, values: Floats, wanted: Floats, free: int, *, inside: bool
) -> Floats:
    """Levenberg-Marquardt on the first of the logarithms of 1 - beta1, 1 - beta2 and eps."""
    damping, step = 1e-3, 1e-6
    misses = _misses(of, values[None], wanted, inside=inside)[0]
    for _ in range(ROUNDS):
        nudged = _misses(of, values + step * np.eye(3)[:free], wanted, inside=inside)
        slopes = (nudged - misses) / step
        square = slopes @ slopes.T
        for _ in range(8):
            move = np.zeros(3)
            move[:free] = np.linalg.solve(
                square + damping * np.diag(square.diagonal() + 1e-30), -slopes @ misses)
            tried = _misses(of, (values + move)[None], wanted, inside=inside)[0]
            if tried @ tried < misses @ misses:
                values, misses, damping = values + move, tried, damping / 10
                break
            damping *= 10
        else:
            break
    return values


def _misses(of: Sought, values: Floats, wanted: Floats, *, inside: bool) -> Floats:
    """(grid, numbers): how far the best multiples of directions are off, in largest changes."""
    betas, eps = _numbers(values)
    every = simulated(of, "right", 1.0, betas[:, 0], betas[:, 1])
    directions = every.directions(eps[:, None, None], inside=inside)
    flat = np.nan_to_num(directions.reshape(len(values), -1), posinf=1e9, neginf=-1e9)
    factors = flat @ wanted / np.einsum("gn,gn->g", flat, flat)
    misses: Floats = (factors[:, None] * flat - wanted) / of.changes.largest
    return misses


def _numbers(values: Floats) -> tuple[Floats, Floats]:
    """(grid, 2) betas and (grid,) eps of logarithms, kept where they mean something."""
    return 1 - np.exp(np.clip(values[:, :2], -20, -1e-3)), np.exp(np.clip(values[:, 2], -36, 0))


def left(of: Sought, found: Found) -> Floats:
    """(2, states): the moments after all batches, those whose step is not seen among them."""
    whole = simulated(of, found.form, found.scale, np.array([found.beta1]),
                      np.array([found.beta2]), len(of.gradient))
    moments: Floats = whole.moments[:, 0]
    return moments


def _whole(
    of: Sought, form: str, scale: float, pair: Floats, eps: float, *, inside: bool, added: bool
) -> Found | None:
    """What fits the first steps, on all of them."""
    every = simulated(of, form, scale, pair[:1], pair[1:])
    direction = every.directions(eps, inside=inside)[0]
    if not np.isfinite(direction).all():
        return None
    terms = [direction, of.slope] if added else [direction]
    factors = least_squares(terms, of.changes.of)
    fit = sum((factor * term for factor, term in zip(factors, terms, strict=True)),
              np.zeros_like(direction))
    error = of.changes.off(fit)
    if not np.isfinite(error):
        return None
    return Found(form, -float(factors[0]), float(pair[0]), float(pair[1]), eps, inside, error,
                 float(factors[1]) if added else 0.0, scale)


def _eps() -> Iterator[tuple[float, bool]]:
    return ((eps, inside) for eps in EPS for inside in (True, False))


def _near(
    changes: Changes, directions: Floats, slope: Floats, *, added: bool
) -> NDArray[np.bool_]:
    """Which of a grid's directions explain the first changes."""
    flat = directions.reshape(len(directions), -1)
    wanted, along = changes.of.ravel(), slope.ravel()
    finite = np.array([np.isfinite(row).all() for row in flat])
    flat = np.where(finite[:, None], flat, 1.0)
    if added:      # what of both is along the gradient is taken off first
        square = float(along @ along) or 1.0
        wanted = wanted - along * (wanted @ along) / square
        flat = flat - np.outer(flat @ along, along) / square
    return finite & (_off(flat, wanted) <= 4 * changes.room)


def _off(flat: Floats, wanted: Floats) -> Floats:
    """How far the best multiple of each row is off at most."""
    sizes = np.einsum("gn,gn->g", flat, flat)
    factors = (flat @ wanted) / np.where(sizes > 0, sizes, 1.0)
    found: Floats = np.abs(factors[:, None] * flat - wanted).max(axis=1)
    return found
