"""What one gradient has to do with one that a mistake would give: equal, a multiple, an offset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cgp_harness.diagnosis.functions.gradient_bank import Known
from cgp_harness.model import Floats

EXACT = 1e-9
"""Of the largest number; the nearest mistakes of the bank are 5e-6 off."""
SINGLE = 3e-6
"""float32 has 6e-8 a step; what a Function computes in it is off by a few of these."""
EPSILON = 1e-12
"""A factor this close to 1 is 1."""


@dataclass(frozen=True)
class Finding:
    """What explains a gradient; no flags: it is right.

    Args:
        phrase: continues "your backward …".
        hint: what is asked for instead.
        error: largest difference, relative to the largest number.
    """

    flags: tuple[str, ...]
    phrase: str
    hint: str
    error: float


@dataclass(frozen=True)
class Seen:
    """All numbers of one gradient, over all probes: each `(N,)`.

    Args:
        got: what was returned.
        right: what should have been.
        cotangent: of an elementwise Function with a derivative, the g that belongs to each number.
        group: which shape each number was seen at.
        batch: of each group, its number of rows.
        size: of each group, the numbers in one gradient.
    """

    got: Floats
    right: Floats
    cotangent: Floats | None
    group: Floats
    batch: tuple[int, ...]
    size: tuple[int, ...]


def explain(
    seen: Seen, bank: Sequence[tuple[Known, Floats]], terms: Mapping[str, Floats]
) -> Finding | None:
    """The simplest thing that gives all numbers, or None."""
    return next(_explanations(seen, bank, terms), None)


def _explanations(
    seen: Seen, bank: Sequence[tuple[Known, Floats]], terms: Mapping[str, Floats]
) -> Iterator[Finding]:
    for known, numbers in bank:
        if (error := apart(seen.got, numbers)) < EXACT:
            yield Finding(known.flags, known.phrase, known.hint, error)
    yield from _shifted(seen)
    for known, numbers in bank:
        yield from _multiplied(seen, known, numbers)
    yield from _weighted(seen, terms)
    if not np.isfinite(seen.got).all():
        yield Finding(
            ("not_finite",), "is not a finite number where it should be one",
            "Look for a division by zero, or for a logarithm or root of a negative number.", 0.0)
    if (error := apart(seen.got, seen.right)) < SINGLE:
        yield Finding(
            ("float32_arithmetic",), "is right to float32 precision only",
            "The numbers that arrive are float64: keep them so.", error)


def apart(got: Floats, expected: Floats) -> float:
    """The largest difference relative to the largest number; infinite where one is not finite."""
    if got.shape != expected.shape:
        return np.inf
    size = max(np.abs(expected).max(initial=0.0), np.abs(got).max(initial=0.0))
    if not np.isfinite(size):
        return np.inf
    return float(np.abs(got - expected).max(initial=0.0) / (size or 1.0))


def _shifted(seen: Seen) -> Iterator[Finding]:
    """Something is added: to the gradient, or to the derivative."""
    rest = seen.got - seen.right
    parts = [("each gradient", np.ones_like(rest))]
    if seen.cotangent is not None:
        parts.append(("the derivative", seen.cotangent))
    for where, part in parts:
        amount = _factor(rest, part)
        if abs(amount) > EPSILON and (error := apart(seen.got, seen.right + amount * part)) < EXACT:
            yield Finding(
                ("offset",), f"has {amount:.6g} added to {where}", "", error)


def _multiplied(seen: Seen, known: Known, numbers: Floats) -> Iterator[Finding]:
    """A multiple of what a mistake gives, or of what is right."""
    if not np.isfinite(numbers).all() or not numbers.any():
        return
    groups = [seen.group == i for i in range(len(seen.batch))]
    factors = np.array([_factor(seen.got[one], numbers[one]) for one in groups])
    if not np.isfinite(factors).all():
        return
    fitted = factors[seen.group.astype(int)] * numbers
    error = apart(seen.got, fitted)
    if error > EXACT or np.abs(factors).min() < EPSILON:
        return
    flag, phrase, hint = _named(factors, seen)
    flags = known.flags if flag in known.flags else (*known.flags, flag)
    yield Finding(
        flags, f"{known.phrase}; that {phrase}" if known.phrase else phrase,
        " ".join(filter(None, [known.hint, hint])), error)


def _named(factors: Floats, seen: Seen) -> tuple[str, str, str]:
    first = float(factors[0])
    if np.ptp(factors) <= EXACT * abs(first):
        if abs(first + 1) < EXACT:
            return "sign_flipped", "has the wrong sign", ""
        return "factor", f"is {first:.6g} times what it should be", ""
    if np.allclose(factors, 1 / np.array(seen.batch), rtol=EXACT, atol=0):
        return ("mean_over_batch", "is divided by the size of the batch",
                "If the loss is a mean, its own backward has divided by it already.")
    if np.allclose(factors, 1 / np.array(seen.size), rtol=EXACT, atol=0):
        return "mean_over_batch", "is divided by the number of elements", ""
    listed = " and ".join(f"{one:.6g}" for one in factors)
    return "factor", f"is {listed} times what it should be, depending on the shape", ""


def _weighted(seen: Seen, terms: Mapping[str, Floats]) -> Iterator[Finding]:
    """The right terms with wrong weights."""
    if len(terms) < 2:
        return
    columns = np.stack(list(terms.values()), axis=1)
    if not np.isfinite(seen.got).all():
        return
    weights = np.linalg.lstsq(columns, seen.got, rcond=None)[0]
    if (error := apart(seen.got, columns @ weights)) < EXACT:
        listed = " + ".join(
            f"{weight:.6g} {name}" for weight, name in zip(weights, terms, strict=True))
        yield Finding(
            ("factor",), f"returns {listed}",
            f"Each term counts once: {' + '.join(terms)}.", error)


def _factor(got: Floats, numbers: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(got @ numbers / (numbers @ numbers))
