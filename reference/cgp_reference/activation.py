"""Activations: the functions that an expression may call, each with its derivative beside it.

One of your own is a function that returns both, as plugins write it:

    def softsign(x):
        return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2

    further = {**ACTIVATIONS, "softsign": Activation.of("softsign", softsign)}
    parse("xw = softsign(ab*xa + bc*xb)", further)
    LayeredNetwork((4, 2, 1), (further["softsign"], "sigmoid"))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from cgp_reference.errors import ExplainedError

Both = Callable[[Any], tuple[Any, Any]]
"""An activation as plugins write it: x to its value and its derivative."""


class ActivationError(ExplainedError):
    """A function does not answer as an activation must."""


@dataclass(frozen=True)
class Activation:
    """A function of one number, applied elementwise to arrays of any shape, real or complex.

    Args:
        name: how expressions call it.
        value: `x -> y`.
        derivative: `(x, y) -> dy/dx`. It is given `y` too, since some are cheapest from it.
        selects: a derivative of 0 lets nothing through, not even what is infinite or no number: a
            choice, not a product.
    """

    name: str
    value: Callable[[Any], Any]
    derivative: Callable[[Any, Any], Any]
    selects: bool = False

    @classmethod
    def of(cls, name: str, function: Both) -> Activation:
        """An activation from a function that gives value and derivative at once.

        The engine asks for the value, then for the derivative at the same numbers: the function is
        called once for both. This process runs it, so it must be one that you trust.

        Args:
            name: how expressions call it.
            function: `x -> (value, derivative)`, elementwise on a read-only float64 array of one
                or more axes; both in the shape of x.

        Raises:
            ActivationError: on evaluation, where the function returns something else.

        >>> square = Activation.of("square", lambda x: (x * x, 2 * x))
        >>> x = np.array([3.0, -0.5])
        >>> square.value(x), square.derivative(x, None)
        (array([9.  , 0.25]), array([ 6., -1.]))
        """
        both = _Once(name, function)
        return cls(name, lambda x: both(x)[0], lambda x, y: both(x)[1])


class _Once:
    """A function of one array, called once where the same numbers are asked for in a row."""

    def __init__(self, name: str, function: Both) -> None:
        self._name, self._function = name, function
        self._last: tuple[Any, tuple[Any, Any]] | None = None

    def __call__(self, x: Any) -> tuple[Any, Any]:
        # The numbers are compared, not the array: the engine uses its memory again in every step.
        if self._last is None or not np.array_equal(self._last[0], x):
            kept = np.array(x, dtype=np.float64)
            kept.flags.writeable = False
            # Never of shape (): numpy's functions make numbers of such arrays.
            given = np.atleast_1d(kept)
            value, derivative = _pair(self._name, self._function(given), given.shape)
            self._last = kept, (
                value.reshape(kept.shape)[()], derivative.reshape(kept.shape)[()])
        return self._last[1]


def _pair(name: str, answer: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    expected = f"a pair (value, derivative), both of shape {shape}"
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise ActivationError(
            f"{name}() returned {type(answer).__name__}", expected=expected,
            fix="end the function with `return value, derivative`",
        )
    value, derivative = (np.asarray(part, np.float64) for part in answer)
    if value.shape != shape or derivative.shape != shape:
        raise ActivationError(
            f"{name}() returned a value of shape {value.shape} and a derivative of shape "
            f"{derivative.shape}", expected=expected,
        )
    return value, derivative


def _sigmoid(x: Any) -> Any:
    # exp of the side that is not positive: exp(1000) would overflow where the answer is 0 or 1.
    positive = np.real(x) >= 0
    small = np.exp(np.where(positive, -x, x))
    return (np.where(positive, 1.0, small) / (1.0 + small))[()]


# The equation numbers are the lecture's. ReLU's derivative at 0 is 0, as in torch; as there, what
# is no number goes through it, so that a training which has diverged shows.
SIGMOID = Activation("sigmoid", _sigmoid, lambda x, y: y * (1.0 - y))          # Eqs. 25 and 26
TANH = Activation("tanh", np.tanh, lambda x, y: 1.0 - y * y)
RELU = Activation(
    "relu",
    lambda x: np.where(np.real(x) <= 0, 0.0, x)[()],
    lambda x, y: np.where(np.real(x) <= 0, 0.0, 1.0)[()],
    selects=True,
)
IDENTITY = Activation("identity", lambda x: x, lambda x, y: np.ones_like(x)[()])

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {each.name: each for each in (SIGMOID, RELU, TANH, IDENTITY)}
)
"""The activations that every expression may call. Further ones: `{**ACTIVATIONS, "swish": …}`."""
