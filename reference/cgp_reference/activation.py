"""Activations: the functions that an expression may call, each with its derivative beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Activation:
    """A function of one number, applied elementwise to arrays of any shape, real or complex.

    Args:
        name: how expressions call it.
        value: `x -> y`.
        derivative: `(x, y) -> dy/dx`. It is given `y` too, since some are cheapest from it.
    """

    name: str
    value: Callable[[Any], Any]
    derivative: Callable[[Any, Any], Any]


def _sigmoid(x: Any) -> Any:
    # exp of the side that is not positive: exp(1000) would overflow where the answer is 0 or 1.
    positive = np.real(x) >= 0
    small = np.exp(np.where(positive, -x, x))
    return (np.where(positive, 1.0, small) / (1.0 + small))[()]


# The equation numbers are the lecture's. ReLU's derivative at 0 is 0, as in torch.
SIGMOID = Activation("sigmoid", _sigmoid, lambda x, y: y * (1.0 - y))          # Eqs. 25 and 26
TANH = Activation("tanh", np.tanh, lambda x, y: 1.0 - y * y)
RELU = Activation(
    "relu",
    lambda x: np.where(np.real(x) > 0, x, 0.0)[()],
    lambda x, y: np.where(np.real(x) > 0, 1.0, 0.0)[()],
)
IDENTITY = Activation("identity", lambda x: x, lambda x, y: np.ones_like(x)[()])

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {each.name: each for each in (SIGMOID, RELU, TANH, IDENTITY)}
)
"""The activations that every expression may call. Further ones: `{**ACTIVATIONS, "swish": …}`."""
