"""Of each mistake that numbers show an activation that makes it, and the x at which one sees it:
what `cgp explain` shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.probing.case import Case
from cgp_harness.probing.text import exactly, number_pair

Answer = Callable[[Floats], tuple[Floats, Floats]]
"""Numbers to a value and a derivative of each."""


def _tanh(x: Floats) -> tuple[Floats, Floats]:
    y = np.tanh(x)
    return y, 1 - y * y


def _swish(x: Floats) -> tuple[Floats, Floats]:
    y = 1 / (1 + np.exp(-x))
    return x * y, y + x * y * (1 - y)


def _relu(x: Floats) -> tuple[Floats, Floats]:
    return np.maximum(x, 0.0), np.where(x > 0, 1.0, 0.0)


def _softplus(x: Floats) -> tuple[Floats, Floats]:
    return np.logaddexp(0.0, x), 0.5 * (1 + np.tanh(0.5 * x))


def _sinc(x: Floats) -> tuple[Floats, Floats]:
    near = x == 0
    x = np.where(near, 1.0, x)
    return (np.where(near, 1.0, np.sin(x) / x),
            np.where(near, 0.0, np.cos(x) / x - np.sin(x) / x**2))


@dataclass(frozen=True)
class Example:
    """An activation in words, what is right, what the mistake gives, and where it is looked at."""

    of: str
    right: Answer
    wrong: Answer
    x: tuple[float, ...] = (0.5,)

    def case(self) -> Case:
        """Where the two differ, with both numbers."""
        x = np.array(self.x)
        with np.errstate(all="ignore"):
            right, wrong = self.right(x), self.wrong(x)
        rows = [
            (f"{what} at {exactly(at)}", *number_pair(float(one), float(other)))
            for what, both, given in zip(("value", "derivative"), right, wrong, strict=True)
            for at, one, other in zip(self.x, both, given, strict=True) if one != other]
        listed = exactly(list(self.x) if len(self.x) > 1 else self.x[0])
        return Case(f"{self.of} at x = {listed}", ("number", "right", "with mistake"),
                    tuple(rows), 0, 0)


def _derivative(wrong: Callable[[Floats], Floats], **more: tuple[float, ...]) -> Example:
    return Example("tanh(x)", _tanh, lambda x: (np.tanh(x), wrong(x)), **more)


def _rounded(x: Floats) -> tuple[Floats, Floats]:
    y, slope = _tanh(x)
    return y.round(2), slope.round(2)


def _overflowing(x: Floats) -> tuple[Floats, Floats]:
    return np.log(1 + np.exp(x)), np.exp(x) / (1 + np.exp(x))


EXAMPLES: Mapping[str, Example] = {
    "sign": _derivative(lambda x: np.tanh(x)**2 - 1),
    "swapped": Example("tanh(x)", _tanh, lambda x: _tanh(x)[::-1]),
    "zero_derivative": _derivative(np.zeros_like),
    "value_as_derivative": _derivative(np.tanh),
    "derivative_at_value": _derivative(lambda x: 1 - np.tanh(np.tanh(x))**2),
    "x_for_value": _derivative(lambda x: 1 - x**2),
    "one_term": Example("x sigmoid(x)", _swish, lambda x: (_swish(x)[0], 1 / (1 + np.exp(-x)))),
    "derivative_of_another": _derivative(
        lambda x: 1 / (1 + np.exp(-x)) * (1 - 1 / (1 + np.exp(-x)))),
    "factor": _derivative(lambda x: 2 * (1 - np.tanh(x)**2)),
    "kink": Example("max(x, 0)", _relu, lambda x: (_relu(x)[0], np.sign(x) + (x == 0) * 2.0),
                    (0.0,)),
    "rounded": Example("tanh(x) with two decimals", _tanh, _rounded),
    "spike": Example("sin(x) / x, and 0 where x is 0", _sinc, lambda x: (
        np.where(x == 0, 0.0, _sinc(x)[0]), _sinc(x)[1]), (0.0,)),
    "not_finite": Example("log(1 + e^x)", _softplus, _overflowing, (1000.0,)),
    "not_elementwise": Example(
        "tanh(x - the mean of x)", _tanh, lambda x: _tanh(x - x.mean()), (0.0, 1.0)),
}
"""By the name of the mistake."""
