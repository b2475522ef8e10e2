"""Which known mistake turns an activation's derivative into what was returned?

Nothing is simulated: each mistake is a formula over what was measured, and either it gives the
returned numbers at all points or it is not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from cgp_harness.model import Diagnosis, Floats

CLOSE = 1e-6
"""Of the larger of 1 and the number: measured derivatives are right to 1e-11 where there is no
kink, and two formulas that differ less than this at all points are the same."""
UNKNOWN = "No known mistake explains it."


@dataclass(frozen=True)
class Measured:
    """What was returned and measured at K points away from kinks, each `(K,)`.

    Args:
        x: the points, none of them 0.
        value: what was returned first.
        returned: what was returned second.
        slope: the derivative of the value, by differences.
        slope_at_value: the same at the points `value`; `returned` itself where there is a kink.
        slope_of_returned: the derivative of what was returned second.
    """

    x: Floats
    value: Floats
    returned: Floats
    slope: Floats
    slope_at_value: Floats
    slope_of_returned: Floats


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
    for flag, explained, target, text in _mistakes(measured):
        error = _error(explained, target)
        if error < CLOSE:
            return Diagnosis((flag,), text, error)
    return Diagnosis((), UNKNOWN)


def _error(a: Floats, b: Floats) -> float:
    """The largest difference, as a share of the larger of 1 and the number."""
    with np.errstate(all="ignore"):
        off = np.abs(a - b) / np.maximum(1.0, np.abs(b))
    return float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0))


def _mistakes(m: Measured) -> Iterator[tuple[str, Floats, Floats, str]]:
    """Flag, what the mistake makes of the right numbers, what that must be equal to, sentence."""
    yield ("sign", -m.slope, m.returned,
           "The sign is wrong: you return -1 times the derivative of your value.")
    yield ("swapped", m.slope_of_returned, m.value,
           "The derivative comes first and the value second: end with `return value, derivative`.")
    yield ("zero_derivative", np.zeros_like(m.x), m.returned,
           "You return 0 everywhere, so that nothing before this activation can learn.")
    yield ("value_as_derivative", m.value, m.returned, "You return the value twice.")
    yield ("derivative_at_value", m.slope_at_value, m.returned,
           "Your derivative is taken at the value y = f(x), where it must be taken at x itself: "
           "you return f'(f(x)).")
    for name, formula, slope in (
        ("sigmoid", "x (1 - x)", m.x * (1 - m.x)), ("tanh", "1 - x^2", 1 - m.x * m.x),
    ):
        in_y = formula.replace("x", "y")
        yield ("x_for_value", slope, m.returned,
               f"You return {formula}. The derivative of {name} is {in_y} with the value y, so y "
               "belongs where x stands.")
    yield from _one_term(m)
    yield from _of_another(m)
    factor = _factor(m)
    yield ("factor", factor * m.slope, m.returned,
           f"You return {factor:.6g} times the derivative of your value. Such a factor is often "
           "the derivative of what stands inside, which the chain rule multiplies by.")


def _one_term(m: Measured) -> Iterator[tuple[str, Floats, Floats, str]]:
    """One term of the derivative of x h(x), which is h(x) + x h'(x)."""
    with np.errstate(all="ignore"):
        inner = m.value / m.x
    rule = "The derivative of x h(x) is h(x) + x h'(x) (product rule)"
    yield ("one_term", inner, m.returned, f"{rule}: you return h(x) alone.")
    yield ("one_term", m.slope - inner, m.returned, f"{rule}: you return x h'(x) alone.")


def _of_another(m: Measured) -> Iterator[tuple[str, Floats, Floats, str]]:
    known = _common(m.x)
    own = next((name for name, one in known.items() if _error(one.value, m.value) < CLOSE), "")
    beside = f"; your value is {own}" if own else ", and your value is not"
    for name, one in known.items():
        yield ("derivative_of_another", one.slope, m.returned,
               f"You return the derivative of {name}, {one.formula}{beside}.")


def _factor(m: Measured) -> float:
    steep = np.abs(m.slope) > 1e-3
    if not steep.any():
        return float("nan")
    return float(np.median(m.returned[steep] / m.slope[steep]))
