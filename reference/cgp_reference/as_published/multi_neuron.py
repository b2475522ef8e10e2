"""The published multi-neuron model: errors are passed back without the sigmoid's derivative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

from cgp_reference.as_published.linear import PublishedError, Unit, read_unit, require_distinct
from cgp_reference.as_published.sigmoid import sigmoid
from cgp_reference.data import Array
from cgp_reference.network import LayeredNetwork


@dataclass(frozen=True)
class MultiNeuron:
    """Layers of neurons; parameters are packed `(D,)` as in `LayeredNetwork`.

    Args:
        layers: units of each layer after the inputs.
    """

    layers: tuple[tuple[Unit, ...], ...]

    @classmethod
    def of(cls, expressions: Sequence[str], layers: Sequence[int]) -> MultiNeuron:
        """Read a network.

        Args:
            expressions: one for each unit, layer after layer.
            layers: units of each layer, inputs first; one output, as the published loss needs.

        Raises:
            PublishedError: the expressions are not those of such a network.
        """
        if len(layers) < 2 or sum(layers[1:]) != len(expressions) or layers[-1] != 1:
            raise PublishedError(
                f"{len(expressions)} expressions for layers {tuple(layers)}",
                expected="inputs, then an expression for each unit, and one output",
            )
        units = iter([read_unit(text) for text in expressions])
        rows = tuple(tuple(next(units) for _ in range(count)) for count in layers[1:])
        require_distinct([name for row in rows for unit in row for name in unit.parameters])
        _require_order(rows, layers[0])
        return cls(rows)

    @property
    def names(self) -> tuple[str, ...]:
        """What each packed parameter is called."""
        units = [unit for row in self.layers for unit in row]
        return tuple(n for unit in units for n in (*unit.parameters, f"bias of {unit.node}"))

    @cached_property
    def network(self) -> LayeredNetwork:
        """The same network with the lecture's equations."""
        return LayeredNetwork((len(self.layers[0][0].sources), *map(len, self.layers)))

    def start(self, stream: Random) -> Array:
        """Uniform(0, 1): the parameters in the order of their names, then biases by layer."""
        weights = sorted(n for row in self.layers for unit in row for n in unit.parameters)
        drawn = {name: stream.uniform(0, 1) for name in weights}
        drawn |= {name: stream.uniform(0, 1) for name in self.names if name not in drawn}
        return np.array([drawn[name] for name in self.names])

    def update(self, parameters: Array, inputs: Array, labels: Array) -> tuple[float, Array]:
        """Loss of a batch, and what the published code adds for each unit of learning rate.

        Args:
            parameters: `(D,)`.
            inputs: `(features, batch)`.
            labels: `(batch,)`.
        """
        layers = self.network.by_layer(parameters)
        values, slopes = _forward(layers, inputs)
        errors = labels - values[-1]
        change = np.empty_like(parameters)
        weights = [layer[:, :-1] for layer in layers]
        for place, found in zip(self.network.by_layer(change),
                                changes_of(weights, values, slopes, errors), strict=True):
            place[...] = found
        return float(errors[0] @ errors[0]) / labels.size, change


def changes_of(
    weights: Sequence[Array], values: Sequence[Array], slopes: Sequence[Array], errors: Array
) -> list[Array]:
    r"""What the published code adds for each unit of learning rate, layer by layer.

    .. math:: e_{l-1} = w_l^T e_l, \qquad
              \Delta w_l = \frac 1 B \sum \left( e_l \, g'_l \right) \otimes x_{l-1}, \qquad
              \Delta b_{l-1} = \frac 1 B \sum e_{l-1} \sum_j g'_{l,j}

    Eq. 24 has :math:`w_l^T (e_l \, g'_l)` in the first and, with it, the layer's own
    :math:`g'_{l-1}` in the last. Output biases have no rule: they stay.

    Args:
        weights: of each layer after the inputs, `(units, sources)`.
        values: of each layer but the last, inputs first, `(units, batch)`; more is not read.
        slopes: the sigmoid's derivative in each layer after the inputs, `(units, batch)`.
        errors: label minus prediction, `(outputs, batch)`.

    Returns:
        Of each layer `(units, sources + 1)`, the bias last.
    """
    batch = errors.shape[1]
    changes = [np.zeros((units, sources + 1)) for units, sources in (w.shape for w in weights)]
    for layer in range(len(weights) - 1, -1, -1):
        slope = slopes[layer]
        changes[layer][:, :-1] = (errors * slope) @ values[layer].T
        if layer:
            errors = weights[layer].T @ errors
            changes[layer - 1][:, -1] = errors @ slope.sum(axis=0)
    return [change / batch for change in changes]


def _forward(layers: Sequence[Array], inputs: Array) -> tuple[list[Array], list[Array]]:
    """Values of every layer, inputs first, and the sigmoid's derivative of every later one."""
    values, slopes = [inputs], []
    for layer in layers:
        value = sigmoid(layer[:, :-1] @ values[-1] + layer[:, -1:])
        values.append(value)
        slopes.append(value * (1.0 - value))
    return values, slopes


def _require_order(rows: Sequence[Sequence[Unit]], inputs: int) -> None:
    """Every unit reads the layer before in its order; the published code pairs by place."""
    require_distinct([*rows[0][0].sources, *(unit.node for row in rows for unit in row)])
    first = rows[0][0].sources
    if len(first) != inputs:
        raise PublishedError(
            f"{rows[0][0].node!r} reads {len(first)} inputs", expected=f"{inputs}")
    before = [first, *(tuple(unit.node for unit in row) for row in rows[:-1])]
    for sources, row in zip(before, rows, strict=True):
        for unit in row:
            if unit.sources != sources:
                raise PublishedError(
                    f"{unit.node!r} reads {', '.join(unit.sources)}",
                    expected=f"{', '.join(sources)}, in this order",
                )
