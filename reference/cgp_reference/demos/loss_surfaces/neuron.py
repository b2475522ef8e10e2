r"""One neuron with one input, some samples, and the lecture's loss over its two parameters.

The prediction for the sample :math:`x_i` is :math:`f_i = \sigma(p_1 x_i + p_2)`: a weight and a
bias. The loss is the sum of the squared errors, Eqs. 4 and 5. The data are written out: the classes
overlap, so that the loss is least at finite parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cgp_reference.demos.descent import Floats

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Neuron:
    """A neuron and its data.

    Args:
        x: the input of each sample.
        y: the class of each sample.
        minimum: where the loss on all samples is least, to the digits shown.
    """

    x: Floats
    y: Floats
    minimum: Floats

    @property
    def all(self) -> Rows:
        """Every sample."""
        return np.arange(len(self.x))

    def loss(self, parameters: Floats, rows: Rows | None = None) -> Floats:
        r"""Sum of the squared errors of the samples in `rows`, of all without it; Eq. 4.

        .. math:: L = \sum_i (y_i - f_i)^2

        Args:
            parameters: (2, ...): weight and bias, any number of pairs at once.
            rows: which samples.

        Returns:
            One loss per pair, of shape (...).

        >>> float(OVERLAPPING.loss(np.array([0.0, 0.0])))  # every prediction is 1/2: 12 * (1/2)**2
        3.0
        """
        weight, bias = parameters
        chosen = self.all if rows is None else rows
        errors = [self.y[i] - _sigmoid(weight * self.x[i] + bias) for i in chosen]
        return np.asarray(np.sum(np.square(errors), axis=0))

    def gradient(self, parameters: Floats, rows: Rows | None = None) -> Floats:
        r"""Gradient of the loss, Eq. 7, in loss units per parameter unit.

        .. math:: \frac{\partial L}{\partial p} = -2 \, J_F^T (Y - F)

        Args:
            parameters: (2,), weight and bias.
            rows: which samples; all of them without it.

        >>> OVERLAPPING.gradient(np.zeros(2), np.array([0]))  # f = 1/2, error -1/2, sigma' = 1/4
        array([-0.75,  0.25])
        """
        weight, bias = parameters
        x, y = (self.x, self.y) if rows is None else (self.x[rows], self.y[rows])
        predicted = _sigmoid(weight * x + bias)
        slope = predicted * (1 - predicted)
        jacobian = np.stack([slope * x, slope], axis=1)  # Eq. 9: one row per sample
        return np.asarray(-2 * jacobian.T @ (y - predicted))


def _sigmoid(z: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * z))  # the same function, and no overflow far from 0


OVERLAPPING = Neuron(
    np.array([-3.0, -2.4, -1.9, -1.3, -0.8, -0.3, 0.2, 0.7, 1.1, 1.6, 2.3, 2.9]),
    np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]),
    np.array([0.9983, -0.0541]),
)
"""One minimum."""
