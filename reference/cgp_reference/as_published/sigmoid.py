"""Eq. 25 where numbers may be large: published weights climb without end."""

from __future__ import annotations

import numpy as np

from cgp_reference.data import Array


def sigmoid(theta: Array) -> Array:
    """`1 / (1 + exp(-theta))`; -709 is the last number whose exp does not overflow."""
    value: Array = 1.0 / (1.0 + np.exp(-np.maximum(theta, -709.0)))
    return value
