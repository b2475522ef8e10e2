"""Which known mistake turns an activation's derivative into what was returned?

Nothing is simulated: each mistake is a formula over what was measured, and either it gives every
returned number, to the tolerance that the verdict has for a right one, or it is not named. What
gives the right derivative is no mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from cgp_harness.model import Diagnosis, Floats

Fits = NDArray[np.bool_]
"""Of each number, whether it is explained."""

SAME, LEAST = 1e-9, 1e-12
"""Of each number, and of numbers near 0: as far as two formulas for the same may be apart."""
ALIKE, MANY = 1e-2, 0.4
ORDINARY = 6.0
"""A value this near to a known one at so many of these numbers is that one, whatever else is done
to it: to say that its derivative belongs to another value would be wrong. Less than half, so that
what is the same on one side of 0 alone does not depend on how many numbers are drawn there."""
NEUTRAL = 1e-6
"""A factor nearer to 1 is 1: it could not be measured."""
IN_ACTIVATIONS = {
    "sign": "the derivative has the wrong sign",
    "swapped": "the derivative comes first and the value second",
    "zero_derivative": "the derivative is 0 everywhere",
    "value_as_derivative": "the value is returned twice",
    "derivative_at_value": "the derivative is taken at the value, f'(f(x))",
    "x_for_value": "x stands where the value y belongs, as in x (1 - x) for y (1 - y)",
    "one_term": "of the derivative of x h(x) one of two terms is missing",
    "derivative_of_another": "the derivative is that of another activation",
    "factor": "the derivative is off by a factor",
    "kink": "the derivative at a kink lies outside of the slopes on its two sides",
}
"""What the names mean that a wrong derivative may have."""
UNKNOWN = "No known mistake explains it."
NEAR = 1e-2
QUOTIENT = (
    "It is nowhere off by more than {:.1g}, as a difference quotient would be: write the "
    "derivative by its formula.")


@dataclass(frozen=True)
class Measured:
    """What was returned and measured at K points away from kinks, each `(K,)`.

    Args:
        x: the points.
        value: what was returned first.
        returned: what was returned second.
        slope: the derivative of the value, by differences.
        room: how far a right derivative may be from it.
        at_value: whether `returned` is the derivative at the point `value`, as far as differences
            tell.
        swapped: whether `value` is the derivative of what was returned second.
    """

    x: Floats
    value: Floats
    returned: Floats
    slope: Floats
    room: Floats
    at_value: Fits
    swapped: Fits


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def _swish_slope(x: Floats) -> Floats:
    y = _sigmoid(x)
    return np.asarray(y + x * y * (1 - y))


@dataclass(frozen=True)
class _Known:
    """A common activation: its value, its derivative, and how people write that."""

    value: Floats
    slope: Floats
    formula: str


def _common(x: Floats) -> Mapping[str, _Known]:
    y, t = _sigmoid(x), np.tanh(x)
    ones, right = np.ones_like(x), np.where(x > 0, 1.0, 0.0)
    return MappingProxyType({
        "the identity": _Known(x, ones, "1"),
        "sigmoid": _Known(y, y * (1 - y), "y (1 - y), y = sigmoid(x)"),
        "tanh": _Known(t, 1 - t * t, "1 - tanh(x)^2"),
        "ReLU": _Known(x * right, right, "1 where x > 0, else 0"),
        "ELU": _Known(np.where(x > 0, x, np.expm1(np.minimum(x, 0.0))),
                      np.exp(np.minimum(x, 0.0)), "1 where x > 0, else e^x"),
        "softplus": _Known(np.logaddexp(0.0, x), y, "sigmoid(x)"),
        "softsign": _Known(x / (1 + np.abs(x)), 1 / (1 + np.abs(x))**2, "1 / (1 + |x|)^2"),
        "arctan": _Known(np.arctan(x), 1 / (1 + x * x), "1 / (1 + x^2)"),
        "sine": _Known(np.sin(x), np.cos(x), "cos(x)"),
        "swish": _Known(x * y, _swish_slope(x), "y + x y (1 - y), y = sigmoid(x)"),
        "the Gaussian e^(-x^2)": _Known(
            np.exp(-x * x), -2 * x * np.exp(-x * x), "-2 x e^(-x^2)"),
    })


def diagnosed(measured: Measured) -> Diagnosis:
    """The first known mistake that gives all the returned derivatives."""
    with np.errstate(all="ignore"):
        for flag, fits, text in _mistakes(measured):
            if fits.all():
                return Diagnosis((flag,), text)
        off = np.abs(measured.returned - measured.slope)
        near = (off <= NEAR * np.maximum(1.0, np.abs(measured.slope))).all()
    return Diagnosis((), f"{UNKNOWN} {QUOTIENT.format(float(off.max()))}" if near else UNKNOWN)


def _same(a: Floats, b: Floats) -> Fits:
    return np.asarray(np.abs(a - b) <= SAME * np.abs(b) + LEAST)


def _mistakes(m: Measured) -> Iterator[tuple[str, Fits, str]]:
    """Flag, which numbers it explains, sentence."""
    yield ("sign", np.abs(-m.slope - m.returned) <= m.room,
           "The sign is wrong: you return -1 times the derivative of your value.")
    yield ("swapped", m.swapped,
           "The derivative comes first and the value second: end with `return value, derivative`.")
    yield ("zero_derivative", m.returned == 0,
           "You return 0 everywhere, so that nothing before this activation can learn.")
    yield ("value_as_derivative", _same(m.returned, m.value), "You return the value twice.")
    yield ("derivative_at_value", m.at_value,
           "Your derivative is taken at the value y = f(x), where it must be taken at x itself: "
           "you return f'(f(x)).")
    for name, formula, slope in (
        ("sigmoid", "x (1 - x)", m.x * (1 - m.x)), ("tanh", "1 - x^2", 1 - m.x * m.x),
    ):
        in_y = formula.replace("x", "y")
        yield ("x_for_value", _same(m.returned, slope),
               f"You return {formula}. The derivative of {name} is {in_y} with the value y, so y "
               "belongs where x stands.")
    yield from _one_term(m)
    yield from _of_another(m)
    factor = _factor(m)
    if abs(factor - 1) > NEUTRAL:
        yield ("factor", np.abs(factor * m.slope - m.returned) <= np.abs(factor) * m.room,
               f"You return {factor:.6g} times the derivative of your value. Such a factor is "
               "often the derivative of what stands inside, which the chain rule multiplies by.")


def _one_term(m: Measured) -> Iterator[tuple[str, Fits, str]]:
    """One term of the derivative of x h(x), which is h(x) + x h'(x)."""
    zero = m.x == 0
    inner = np.where(zero & (m.value == 0), m.slope, m.value / m.x)  # h(0) = f'(0) if f(0) = 0
    rule = "The derivative of x h(x) is h(x) + x h'(x) (product rule)"
    alone = np.where(zero, np.abs(m.returned - inner) <= m.room, _same(m.returned, inner))
    yield "one_term", alone, f"{rule}: you return h(x) alone."
    yield ("one_term", np.abs(m.slope - inner - m.returned) <= m.room,
           f"{rule}: you return x h'(x) alone.")


def _of_another(m: Measured) -> Iterator[tuple[str, Fits, str]]:
    """The derivative of an activation that is not the student's own."""
    known = _common(m.x)
    own = next((name for name, one in known.items() if _same(one.value, m.value).all()), "")
    beside = f"; your value is {own}" if own else ", and your value is not"
    for name, one in known.items():
        alike = np.abs(one.value - m.value) <= ALIKE * np.maximum(1.0, np.abs(one.value))
        meant = alike[np.abs(m.x) <= ORDINARY].mean() >= MANY
        if not meant and (np.abs(one.slope - m.slope) > m.room).any():
            yield ("derivative_of_another", _same(m.returned, one.slope),
                   f"You return the derivative of {name}, {one.formula}{beside}.")


def _factor(m: Measured) -> float:
    steep = np.abs(m.slope) > 1e-3
    if not steep.any():
        return float("nan")
    return float(np.median(m.returned[steep] / m.slope[steep]))
