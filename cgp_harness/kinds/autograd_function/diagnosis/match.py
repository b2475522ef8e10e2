"""What one gradient has to do with one that a mistake would give: equal, a multiple, an offset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.bank import Known
from cgp_harness.model import Floats

Simulated = Sequence[tuple[Known, Floats]]
"""Mistakes, and what each gives."""
EXACT, LEAST = 1e-9, 1e-12
"""Of each number, and of numbers near 0: the verdict's own tolerance. The nearest mistakes of the
bank are 5e-6 off."""
SINGLE = 3e-6
"""float32 has 6e-8 a step; what a Function computes in it is off by a few of these."""
LAST_DIGITS = 1e-15
"""What is left of the digits of a float64 after one more operation."""
FITTED = "factor"
EPSILON = 1e-12
"""A number this small is 0."""


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
    seen: Seen, bank: Simulated, terms: Mapping[str, Floats],
    pairs: Callable[[], Simulated] = lambda: (),
) -> Finding | None:
    """The simplest thing that gives all numbers, or None; `pairs` are tried where none is."""
    others = [(known, numbers) for known, numbers in bank
              if not known.flags or apart(seen.right, numbers) == np.inf]  # what is right is none
    return next(_explanations(seen, others, terms, pairs), None)


def _explanations(
    seen: Seen, bank: Simulated, terms: Mapping[str, Floats], pairs: Callable[[], Simulated]
) -> Iterator[Finding]:
    yield from _as_it_is(seen, bank)
    yield from _shifted(seen)
    for known, numbers in bank:
        yield from _multiplied(seen, known, numbers)
    yield from _weighted(seen, terms)
    yield from _as_it_is(seen, pairs())
    if not np.isfinite(seen.got).all():
        yield Finding(
            ("not_finite",), "is not a finite number where it should be one",
            "Look for a division by zero, or for a logarithm or root of a negative number.", 0.0)
    yield from _in_single_precision(seen, terms)


def _as_it_is(seen: Seen, simulated: Simulated) -> Iterator[Finding]:
    for known, numbers in simulated:
        if (error := apart(seen.got, numbers)) < np.inf:
            yield Finding(known.flags, known.phrase, known.hint, error)


def apart(got: Floats, expected: Floats) -> float:
    """The largest difference relative to the largest number, if each number is explained.

    Infinite if one is not: to the verdict's tolerance; where they are not finite they must be so in
    the same places and in the same way, and at half of the places they must be numbers.
    """
    finite = np.isfinite(expected)
    if got.shape != expected.shape or 2 * finite.sum() < finite.size or not (
            np.array_equal(got[~finite], expected[~finite], equal_nan=True)):
        return np.inf
    size = float(np.abs(expected[finite]).max(initial=0.0))
    off = np.abs(got[finite] - expected[finite])
    if not (off <= EXACT * np.abs(expected[finite]) + LEAST * min(1.0, size)).all():
        return np.inf
    return float(off.max(initial=0.0) / (size or 1.0))


def _in_single_precision(seen: Seen, terms: Mapping[str, Floats]) -> Iterator[Finding]:
    """Right but for float32's rounding, and numbers of float32 to be seen: all of them, or all that
    g is multiplied by, or all of one term."""
    size = float(np.abs(seen.right).max(initial=0.0))
    off = np.abs(seen.got - seen.right)
    if not off.size or not (off <= SINGLE * size).all():
        return
    for got, right in _parts(seen, terms):
        if _float32(got, seen.got) and not _float32(right, seen.right):
            yield Finding(
                ("float32_arithmetic",), "is right to float32 precision only",
                "The numbers that arrive are float64: keep them so.",
                float(off.max() / (size or 1.0)))


def _parts(seen: Seen, terms: Mapping[str, Floats]) -> Iterator[tuple[Floats, Floats]]:
    """What may be numbers of float32, and the same of what is right."""
    yield seen.got, seen.right
    if seen.cotangent is not None:
        sent = np.where(seen.cotangent == 0, 1.0, seen.cotangent)
        yield seen.got / sent, seen.right / sent
    for term in terms.values():
        yield seen.got - (seen.right - term), term


def _float32(numbers: Floats, given: Floats) -> bool:
    """Whether all are numbers of float32, to the last digits of what they were found from."""
    with np.errstate(all="ignore"):
        rounded = numbers.astype(np.float32).astype(np.float64)
        allowed = LAST_DIGITS * np.maximum(np.abs(numbers), np.abs(given))
        return bool((np.abs(numbers - rounded) <= allowed).all())


def _shifted(seen: Seen) -> Iterator[Finding]:
    """Something is added: to the gradient, or to the derivative."""
    rest = seen.got - seen.right
    parts = [("each gradient", np.ones_like(rest))]
    if seen.cotangent is not None:
        parts.append(("the derivative", seen.cotangent))
    for where, part in parts:
        amount = _factor(rest, part)
        error = apart(seen.got, seen.right + amount * part)
        if error < np.inf:
            yield Finding(
                ("offset",), f"has {amount:.6g} added to {where}", "", error)


def _multiplied(seen: Seen, known: Known, numbers: Floats) -> Iterator[Finding]:
    """A multiple of what is right; of what one mistake gives, only one that has a name."""
    if len(known.flags) > 1 or not np.isfinite(numbers).all() or not numbers.any():
        return
    groups = [seen.group == i for i in range(len(seen.batch))]
    shown = [i for i, one in enumerate(groups) if numbers[one].any()]  # of zeros there is no factor
    factors = np.array([_factor(seen.got[groups[i]], numbers[groups[i]]) for i in shown])
    if not np.isfinite(factors).all():
        return
    each = np.ones(len(groups))
    each[shown] = factors
    fitted = each[seen.group.astype(int)] * numbers
    error = apart(seen.got, fitted)
    if error == np.inf or np.abs(factors).min() < EPSILON or (np.abs(factors - 1) <= EXACT).all():
        return
    flag, phrase, hint = _named(
        factors, [seen.batch[i] for i in shown], [seen.size[i] for i in shown])
    if known.flags and flag == FITTED:
        return
    flags = known.flags if flag in known.flags else (*known.flags, flag)
    yield Finding(
        flags, f"{known.phrase}; that {phrase}" if known.phrase else phrase,
        " ".join(filter(None, [known.hint, hint])), error)


def _named(
    factors: Floats, batch: Sequence[int], size: Sequence[int]
) -> tuple[str, str, str]:
    first = float(factors[0])
    if np.ptp(factors) <= EXACT * abs(first):
        if abs(first + 1) < EXACT:
            return "sign_flipped", "has the wrong sign", ""
        return FITTED, f"is {_apart_from_1(first)} times what it should be", ""
    if np.allclose(factors, 1 / np.array(batch), rtol=EXACT, atol=0):
        return ("mean_over_batch", "is divided by the size of the batch",
                "If the loss is a mean, its own backward has divided by it already.")
    if np.allclose(factors, 1 / np.array(size), rtol=EXACT, atol=0):
        return "mean_over_batch", "is divided by the number of elements", ""
    listed = " and ".join(f"{one:.6g}" for one in factors)
    return FITTED, f"is {listed} times what it should be, depending on the shape", ""


def _weighted(seen: Seen, terms: Mapping[str, Floats]) -> Iterator[Finding]:
    """The right terms with wrong weights."""
    if len(terms) < 2:
        return
    columns = np.stack(list(terms.values()), axis=1)
    if not np.isfinite(seen.got).all():
        return
    weights = np.linalg.lstsq(columns, seen.got, rcond=None)[0]
    neutral = (np.abs(weights - 1) <= EXACT).all()
    if (error := apart(seen.got, columns @ weights)) < np.inf and not neutral:
        listed = " + ".join(
            f"{weight:.6g} {name}" for weight, name in zip(weights, terms, strict=True))
        yield Finding(
            ("factor",), f"returns {listed}",
            f"Each term counts once: {' + '.join(terms)}.", error)


def _factor(got: Floats, numbers: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(got @ numbers / (numbers @ numbers))


def _apart_from_1(factor: float) -> str:
    """To six digits, or to as many as show that it is not 1."""
    return next(text for digits in (6, 9, 12, 17) for text in [f"{factor:.{digits}g}"]
                if text != "1" or digits == 17)
