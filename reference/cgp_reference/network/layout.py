"""The shape of a layered network, and where each of its parameters lies in one array.

Parameters of S seeds are one array `(D, S)`, seeds last: for every unit its weights, in the order
of the sources, then its bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cgp_reference.activation import ACTIVATIONS, Activation
from cgp_reference.data import Array
from cgp_reference.errors import ExplainedError, meant


class NetworkError(ExplainedError):
    """A network that cannot be built, or arrays that do not fit it."""


@dataclass(frozen=True)
class Layout:
    """Layers, their activations, and the rows `(D, …)` of the parameters.

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

        >>> Layout((4, 2, 1)).row(layer=2, unit=0, source=1)  # behind 2 * (4 + 1) and 1
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

    @cached_property
    def _places(self) -> list[tuple[slice, tuple[int, int]]]:
        """Of each layer: its rows, and their shape (units, sources + 1)."""
        places, first = [], 0
        for sources, units in zip(self.layers[:-1], self.layers[1:], strict=True):
            last = first + units * (sources + 1)
            places.append((slice(first, last), (units, sources + 1)))
            first = last
        return places


def _activation(given: str | Activation) -> Activation:
    if isinstance(given, Activation):
        return given
    if given not in ACTIVATIONS:
        raise NetworkError(
            f"there is no activation called {given!r}", expected=f"one of {', '.join(ACTIVATIONS)}",
            fix=meant(given, ACTIVATIONS),
        )
    return ACTIVATIONS[given]
