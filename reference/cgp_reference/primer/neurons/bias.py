"""`bias` of a multi-neuron model, in each form that a version, or a subclass, gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cgp_reference.data import Array

Bias = Any
"""{layer: [a number per unit]} from 1.1.3 on, [a number per layer] before, or one number for all.

Layers are counted from 1. Numbers and lists of numbers may stand for each other.
"""


def bias_of(bias: Bias, layer: int) -> Array:
    """What is added in the units of a layer: `(units, 1)`, or `(1, 1)` where they share it."""
    return np.array(_entry(bias, layer), np.float64).reshape(-1, 1)


def add_to_bias(bias: Bias, layer: int, steps: Sequence[float]) -> Bias:
    """Add a unit's step to its bias, and the sum of all steps to a shared one (the chain rule).

    Lists and dicts are changed in place; what is returned is the bias afterwards.
    """
    if not isinstance(bias, dict | list | np.ndarray):
        return bias + sum(steps)
    place = _place(bias, layer)
    entry = bias[place]
    if isinstance(entry, list | np.ndarray):
        for k, step in enumerate(steps):
            entry[k] += step
    else:
        bias[place] = entry + sum(steps)
    return bias


def _entry(bias: Bias, layer: int) -> Any:
    return bias[_place(bias, layer)] if isinstance(bias, dict | list | np.ndarray) else bias


def _place(bias: Bias, layer: int) -> int:
    return layer if isinstance(bias, dict) else layer - 1
