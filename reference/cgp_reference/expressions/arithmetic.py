"""The operators of an expression: what each computes, and its partial for each operand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from cgp_reference.activation import Activation


@dataclass(frozen=True)
class Operator:
    """A node of the graph that Autograd uses: operands in, result out, elementwise.

    Args:
        symbol: as expressions write it; `neg` is the minus with one operand.
        value: `(*operands) -> result`.
        partials: for each operand, `(result, *operands) -> d result / d operand`; None is 1, by
            which nothing need be multiplied: half of the partials of a sum of products.
        selects: as of `Activation`.
    """

    symbol: str
    value: Callable[..., Any]
    partials: tuple[Callable[..., Any] | None, ...]
    selects: bool = False


def _power_by_base(y: Any, a: Any, b: Any) -> Any:
    if isinstance(b, float) and b != 0:  # the usual exponent, a number: no np.where, 5 µs less
        return b * a ** (b - 1.0)
    # a^0 is 1 everywhere: its derivative is 0 at a = 0 too, where 0 * a^-1 would be nan.
    flat = b == 0
    return np.where(flat, 0.0, b * a ** np.where(flat, 1.0, b - 1.0))[()]


def _power_by_exponent(y: Any, a: Any, b: Any) -> Any:
    # 0^b is flat in b where b > 0. A negative base gives nan: a^b is not a curve in b there.
    return y * np.log(np.where(a == 0, 1.0, a))


OPERATORS = {each.symbol: each for each in (
    Operator("+", lambda a, b: a + b, (None, None)),
    Operator("-", lambda a, b: a - b, (None, lambda y, a, b: -1.0)),
    Operator("*", lambda a, b: a * b, (lambda y, a, b: b, lambda y, a, b: a)),
    Operator("/", lambda a, b: a / b, (lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b)),
    Operator("^", lambda a, b: a ** b, (_power_by_base, _power_by_exponent)),
    Operator("neg", lambda a: -a, (lambda y, a: -1.0,)),
)}


@cache
def call_of(activation: Activation) -> Operator:
    """An activation as an operator with one operand."""
    return Operator(
        activation.name, activation.value, (lambda y, x: activation.derivative(x, y),),
        activation.selects,
    )
