"""Momentum in closed form: `change = a g + c previous`, under each topology of state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.primer_training.diagnosis.fitting import Changes, Sought, least_squares
from cgp_harness.model import Floats

STILL = 1e-6
"""A factor of the previous change below this is none: plain SGD."""


@dataclass(frozen=True)
class Momentum:
    """What explains a group's changes.

    Args:
        rule: `sgd`, `sgd_plus`, `nesterov`, `decaying`.
        rate: what the gradient is multiplied by, downhill if above 0.
        mu: what the previous change is multiplied by.
        error: as a share of the largest change.
        note: what is special: `random start`, `carried over`.
        factors: of a rate that decays, both numbers at each step.
    """

    rule: str
    rate: float
    mu: float
    error: float
    note: str = ""
    factors: tuple[tuple[float, float], ...] = ()


Fit = Callable[[Sought], Momentum | None]


def plain(of: Sought) -> Momentum | None:
    """SGD, or SGD with momentum."""
    rate, mu = least_squares([of.slope, of.previous], of.changes.of)
    error = of.changes.off(rate * of.slope + mu * of.previous)
    if not np.isfinite(error):
        return None
    return Momentum("sgd_plus" if abs(mu) > STILL else "sgd", -float(rate), float(mu), error)


def begun_elsewhere(of: Sought) -> Momentum | None:
    """The same but for the first step, whose previous change is not zero."""
    rate, mu = least_squares([of.slope[1:], of.previous[1:]], of.changes.of[1:])
    error = of.changes.off(rate * of.slope + mu * of.previous, start=1)
    if not np.isfinite(error) or abs(mu) <= STILL or len(of.changes.of) < 6:
        return None
    return Momentum("sgd_plus", -float(rate), float(mu), error, "random start")


def left(of: Sought, found: Momentum) -> Floats:
    """(1, states): the change after the last that is seen, of the batch whose step is not."""
    last: Floats = found.mu * of.changes.of[-1:] - found.rate * of.gradient[-1:]
    states = np.zeros((1, max(of.order.keys) + 1))
    states[:, list(of.order.keys)] = last
    return states


def nesterov(of: Sought) -> Momentum | None:
    """Nesterov's form: the step before it is corrected by the change of the gradient, too."""
    earlier = np.concatenate([np.zeros((1, of.slope.shape[1])), of.slope[:-1]])
    now, before, mu = least_squares([of.slope, earlier, of.previous], of.changes.of)
    error = of.changes.off(now * of.slope + before * earlier + mu * of.previous)
    if not np.isfinite(error) or abs(mu) <= STILL or abs(before) <= STILL * abs(now):
        return None
    rate = -now / (1 + mu)
    fits = abs(before - mu * rate) <= 1e-6 * abs(now)
    return Momentum("nesterov", float(rate), float(mu), error) if fits else None


def decaying(of: Sought) -> Momentum | None:
    """A rate that falls from step to step, with momentum or without; needs four numbers a step."""
    if of.changes.of.shape[1] < 4:
        return None
    factors = [least_squares([slope, previous], change) for slope, previous, change in zip(
        of.slope, of.previous, of.changes.of, strict=True)]
    return _at_each_step(of, [(float(rate), float(mu)) for rate, mu in factors])


def decaying_alike(of: Sought, found: Momentum) -> Momentum | None:
    """With the rates at which others decay; too few numbers a step would fit any."""
    return _at_each_step(of, found.factors)


def _at_each_step(of: Sought, factors: Sequence[tuple[float, float]]) -> Momentum | None:
    rates, mus = (np.array(one)[:, None] for one in zip(*factors, strict=True))
    error = of.changes.off(rates * of.slope + mus * of.previous)
    falls = np.abs(rates[:, 0])
    if not np.isfinite(error) or not (
            (np.diff(falls) <= 1e-9 * falls[0]).all() and falls[-1] < 0.999 * falls[0]):
        return None
    return Momentum("decaying", -float(rates[0, 0]), float(mus[1, 0]), error,
                    factors=tuple(factors))


FITS: Sequence[Fit] = (plain, nesterov, begun_elsewhere, decaying)
"""The simplest first."""


def as_one(column: Floats, others: Floats, rounding: float) -> bool:
    """Whether a column of changes is a multiple of one of the others."""
    one = Changes(column[:, None], rounding)
    return any(np.isfinite(one.off(least_squares([other], column) * other[:, None]))
               for other in others.T)
