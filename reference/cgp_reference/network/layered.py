"""Layered networks of any depth, width and activation, for many seeds in one pass.

A network computes Eq. 16 in every unit, `y = g(sum of w_i x_i + b)`, layer after layer (Eqs. 22 to
28); one neuron is the network of layers (4, 1). Gradients are those of the lecture's equations,
with the derivative of the activation wherever an error is passed back (Eq. 24) and a bias in every
unit. The loss is the squared error, summed over outputs, averaged over the batch (Eqs. 20 and 22).

Parameters of S seeds are one array `(D, S)`, seeds last: for every unit its weights, in the order
of the sources, then its bias.

    network = LayeredNetwork((4, 2, 1))
    loss, gradient = network.gradient(parameters, inputs, labels)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cgp_reference.data import Array
from cgp_reference.network.layout import Layout, NetworkError
from cgp_reference.network.passes import Passes, inside, squared_errors, with_ones


@dataclass(frozen=True)
class LayeredNetwork(Layout):
    """The shape of a network, and what it computes; parameters are kept outside.

    Args:
        layers: units of each layer, inputs first.
        activation: by name, or an `Activation`; one for all layers, or a sequence with one for each
            layer after the inputs.
    """

    def outputs(self, parameters: Array, inputs: Array) -> Array:
        """Predictions `(outputs, batch, S)` for `inputs` `(features, batch, S)`."""
        passes = self._passes(parameters, inputs)
        predictions = passes.forward(inside(with_ones(inputs)))
        return predictions.reshape(self.layers[-1], *inputs.shape[1:]).copy()

    def gradient(self, parameters: Array, inputs: Array, labels: Array) -> tuple[Array, Array]:
        r"""Loss of each seed, and its derivative with respect to each parameter (Eqs. 18 to 30).

        .. math:: L = \frac 1 B \sum_j \lVert y_j - \hat y_j \rVert^2, \qquad
                  \frac{\partial L}{\partial w} =
                  -\frac 2 B \sum_j \left( e_j \, g'(\theta_j) \right) \otimes x_j

        Args:
            parameters: `(D, S)`.
            inputs: `(features, batch, S)`.
            labels: `(batch, S)`, or `(outputs, batch, S)`.

        Returns:
            `(S,)` in loss units, and `(D, S)` in loss units per parameter unit.
        """
        passes = self._passes(parameters, inputs)
        expected = (self.layers[-1], *inputs.shape[1:])
        if expected not in {labels.shape, (1, *labels.shape)}:
            raise NetworkError(f"labels of shape {labels.shape}", expected=f"{expected}")
        errors = np.empty((1, *expected))
        [gradient] = passes.gradients(
            [inside(with_ones(inputs))], [inside(labels)], inside(errors))
        return squared_errors(errors)[0], gradient

    def jacobian(self, parameters: Array, inputs: Array) -> Array:
        r"""Eq. 9 for every seed, `(outputs, batch, D, S)`: :math:`\partial f_j / \partial p`."""
        return self._passes(parameters, inputs).jacobian(inside(with_ones(inputs)))

    def _passes(self, parameters: Array, inputs: Array) -> Passes:
        if parameters.ndim != 2 or len(parameters) != self.size:
            raise NetworkError(
                f"parameters of shape {parameters.shape}",
                expected=f"({self.size}, seeds) for layers {self.layers}",
            )
        fits = inputs.ndim == 3 and inputs.shape[1] > 0
        if not fits or inputs.shape[::2] != (self.layers[0], parameters.shape[1]):
            raise NetworkError(
                f"inputs of shape {inputs.shape}",
                expected=f"({self.layers[0]}, batch, {parameters.shape[1]}), one sample or more",
            )
        return Passes(self, parameters, inputs.shape[1])
