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

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from cgp_reference.activation import ACTIVATIONS, Activation
from cgp_reference.data import Array
from cgp_reference.errors import ExplainedError
from cgp_reference.passes import Passes, inside, with_ones


class NetworkError(ExplainedError):
    """A network that cannot be built, or arrays that do not fit it."""


@dataclass(frozen=True)
class LayeredNetwork:
    """The shape of a network; parameters are kept outside.

    Args:
        layers: units of each layer, inputs first.
        activation: by name, or an `Activation`; one for all layers, or a sequence with one for each
            layer after the inputs.
    """

    layers: tuple[int, ...] = (4, 2, 1)
    activation: str | Activation | Sequence[str | Activation] = "sigmoid"

    def __post_init__(self) -> None:
        if len(self.layers) < 2 or min(self.layers) < 1:
            raise NetworkError(
                f"a network of layers {self.layers}",
                expected="inputs and at least one layer, each of 1 unit or more",
            )
        if len(self.activations) != len(self.layers) - 1:
            raise NetworkError(
                f"{len(self.activations)} activations for layers {self.layers}",
                expected=f"{len(self.layers) - 1}, one for each layer after the inputs",
            )

    @cached_property
    def activations(self) -> tuple[Activation, ...]:
        """The activation of each layer after the inputs."""
        given = self.activation
        if isinstance(given, Sequence) and not isinstance(given, str):
            return tuple(map(_activation, given))
        return (_activation(given),) * (len(self.layers) - 1)

    @cached_property
    def size(self) -> int:
        """D, the number of parameters of one seed."""
        return sum(units * sources for _, (units, sources) in self._places)

    def row(self, layer: int, unit: int, source: int) -> int:
        """Row of the weight from `source`, a unit of the layer before; `layer` counts from 1.

        >>> LayeredNetwork((4, 2, 1)).row(layer=2, unit=0, source=1)  # behind 2 * (4 + 1) and 1
        11
        """
        rows, (_, sources) = self._places[layer - 1]
        return int(rows.start) + unit * sources + source

    def bias_row(self, layer: int, unit: int) -> int:
        """Row of a unit's bias."""
        return self.row(layer, unit, self.layers[layer - 1])

    def by_layer(self, parameters: Array, axis: int = 0) -> list[Array]:
        """Views `(units, sources + 1, …)` of an array `(D, …)`, one per layer; biases last.

        `axis` is that of the parameters; axes before it stay.
        """
        before, after = parameters.shape[:axis], parameters.shape[axis + 1:]
        return [
            parameters[(slice(None),) * axis + (rows,)].reshape(*before, *shape, *after)
            for rows, shape in self._places
        ]

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

    @cached_property
    def _places(self) -> list[tuple[slice, tuple[int, int]]]:
        """Of each layer: its rows, and their shape (units, sources + 1)."""
        places, first = [], 0
        for sources, units in zip(self.layers[:-1], self.layers[1:], strict=True):
            last = first + units * (sources + 1)
            places.append((slice(first, last), (units, sources + 1)))
            first = last
        return places

    def _passes(self, parameters: Array, inputs: Array) -> Passes:
        if parameters.ndim != 2 or len(parameters) != self.size:
            raise NetworkError(
                f"parameters of shape {parameters.shape}",
                expected=f"({self.size}, seeds) for layers {self.layers}",
            )
        if inputs.ndim != 3 or inputs.shape[::2] != (self.layers[0], parameters.shape[1]):
            raise NetworkError(
                f"inputs of shape {inputs.shape}",
                expected=f"({self.layers[0]}, batch, {parameters.shape[1]})",
            )
        return Passes(self, parameters, inputs.shape[1])


def squared_errors(errors: Array) -> Array:
    """Eq. 20, summed over outputs: errors `(T, outputs, batch, S)` to losses `(T, S)`."""
    losses: Array = np.einsum("tjbs,tjbs->ts", errors, errors)
    losses /= errors.shape[2]
    return losses


def _activation(given: str | Activation) -> Activation:
    if isinstance(given, Activation):
        return given
    if given not in ACTIVATIONS:
        close = get_close_matches(given, ACTIVATIONS, n=1)
        raise NetworkError(
            f"there is no activation called {given!r}", expected=f"one of {', '.join(ACTIVATIONS)}",
            fix=f"did you mean {close[0]!r}?" if close else "",
        )
    return ACTIVATIONS[given]
