r"""One neuron with one input, twelve samples, and the lecture's loss over its two parameters.

The prediction for the sample :math:`x_i` is :math:`f_i = \sigma(p_1 x_i + p_2)`: a weight and a
bias. The loss is the sum of the squared errors, Eqs. 4 and 5. The data are written out: the classes
overlap, so that the loss is least at finite parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cgp_reference.demos.descent import Floats

Rows = NDArray[np.intp]

X: Floats = np.array([-3.0, -2.4, -1.9, -1.3, -0.8, -0.3, 0.2, 0.7, 1.1, 1.6, 2.3, 2.9])
"""The input of each sample."""
Y: Floats = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
"""The class of each sample."""
ALL = np.arange(len(X))
MINIMUM: Floats = np.array([0.9983, -0.0541])
"""Where the loss on all samples is least, to the digits shown."""


def loss(parameters: Floats, rows: Rows = ALL) -> Floats:
    r"""Sum of the squared errors of the samples in `rows`, Eq. 4.

    .. math:: L = \sum_i (y_i - f_i)^2

    Args:
        parameters: (2, ...): weight and bias, any number of pairs at once.
        rows: which samples.

    Returns:
        One loss per pair, of shape (...).

    >>> float(loss(np.array([0.0, 0.0])))  # every prediction is 1/2: 12 * (1/2)**2
    3.0
    """
    weight, bias = parameters
    errors = [Y[i] - _sigmoid(weight * X[i] + bias) for i in rows]
    return np.asarray(np.sum(np.square(errors), axis=0))


def gradient(parameters: Floats, rows: Rows = ALL) -> Floats:
    r"""Gradient of the loss, Eq. 7, in loss units per parameter unit.

    .. math:: \frac{\partial L}{\partial p} = -2 \, J_F^T (Y - F)

    Args:
        parameters: (2,), weight and bias.
        rows: which samples.

    >>> gradient(np.array([0.0, 0.0]), ALL[:1])  # f = 1/2, error -1/2, sigma' = 1/4, x = -3
    array([-0.75,  0.25])
    """
    weight, bias = parameters
    predicted = _sigmoid(weight * X[rows] + bias)
    slope = predicted * (1 - predicted)
    jacobian = np.stack([slope * X[rows], slope], axis=1)  # Eq. 9: one row per sample
    return np.asarray(-2 * jacobian.T @ (Y[rows] - predicted))


def _sigmoid(z: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * z))  # the same function, and no overflow far from 0
