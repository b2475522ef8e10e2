"""Which parameters share a state, and in which order they are written: topologies of state.

A state is kept under a key. With the right one each parameter has its own; with others the state
that a parameter finds is what another has left there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cgp_harness.kinds.primer_training.record import Training
from cgp_harness.model import Floats


@dataclass(frozen=True)
class Order:
    """K steps of D parameters in the order of their writing.

    Args:
        keys: (D,), under which each parameter's state is kept.
        written: the parameters in the order of a step.
        steps: K.
    """

    keys: tuple[int, ...]
    written: tuple[int, ...]
    steps: int

    @cached_property
    def rounds(self) -> list[tuple[list[int], list[int]]]:
        """Of one step, the parameters that go together, since each finds another state; and keys.
        """
        found: list[tuple[list[int], list[int]]] = []
        for one in self.written:
            if not found or self.keys[one] in found[-1][1]:
                found.append(([], []))
            found[-1][0].append(one)
            found[-1][1].append(self.keys[one])
        return found

    def before(self, changes: Floats, start: Floats | None = None) -> Floats:
        """(K, D): for each change the last one before it under the same key; 0 or `start` at first.
        """
        last = np.zeros(max(self.keys) + 1) if start is None else start.copy()
        found = np.empty_like(changes)
        for step in range(len(changes)):
            for parameters, keys in self.rounds:
                found[step, parameters] = last[keys]
                last[keys] = changes[step, parameters]
        return found


def of_weights(training: Training) -> Iterator[tuple[str, Order]]:
    """Every known way to share the state among weights, the right one first."""
    units = [(layer, unit, source)
             for layer, (before, after) in enumerate(
                 zip(training.layers, training.layers[1:], strict=False))
             for unit in range(after) for source in range(before)]
    order = training.written[1]
    written = tuple(int(one) for one in np.argsort(np.where(np.isfinite(order), order, 1e9),
                                                   kind="stable"))
    number = len(units)
    ranked: dict[int, int] = {}
    in_layer = []
    for layer, _, _ in units:
        ranked[layer] = ranked.get(layer, -1) + 1
        in_layer.append(ranked[layer])
    ways: dict[str, Sequence[int]] = {
        "own": range(number),
        "one for all": [0] * number,
        "restarts in each neuron": [source for _, _, source in units],
        "restarts in each layer": in_layer,
        "one for a neuron": _numbered([(layer, unit) for layer, unit, _ in units]),
        "one for a layer": [layer for layer, _, _ in units],
        "the neighbour's": [max(0, one - 1) for one in range(number)],
    }
    yield from _distinct(ways, written, training.steps)


def of_biases(training: Training, shares: Floats) -> Iterator[tuple[str, Order]]:
    """The same among biases, which are written from the last layer to the first, or as they stand.
    """
    number = len(shares)
    layer_of = np.repeat(np.arange(len(training.layers) - 1), training.layers[1:])
    firsts = [int(layer_of[int(row.argmax())]) for row in shares]
    ranked: dict[int, int] = {}
    in_layer = []
    for layer in firsts:
        ranked[layer] = ranked.get(layer, -1) + 1
        in_layer.append(ranked[layer])
    forward = tuple(range(number))
    # From the last layer on, the units of each in their order.
    backward = tuple(sorted(forward, key=lambda one: (-firsts[one], one)))
    yield "own", Order(tuple(range(number)), forward, training.steps)
    for written in dict.fromkeys((backward, forward)):
        ways: dict[str, Sequence[int]] = {
            "own": range(number), "one for all": [0] * number,
            "restarts in each layer": in_layer, "one for a layer": firsts}
        for name, order in _distinct(ways, written, training.steps):
            if name != "own":
                yield name, order


def interleaved(
    training: Training, weights: tuple[int, ...], shares: Floats
) -> Iterator[tuple[int, ...]]:
    """Orders of weights and biases, which are numbered behind the weights: biases last, or each
    after its layer's weights, or its unit's."""
    number, count = len(weights), len(shares)
    biases = tuple(range(number, number + count))
    yield weights + biases
    yield weights + biases[::-1]
    units = np.repeat(np.arange(sum(training.layers[1:])),
                      np.repeat(training.layers[:-1], training.layers[1:]))
    for_unit = shares.argmax(axis=0)
    found: list[int] = []
    for at, one in enumerate(weights):
        found.append(one)
        bias = int(for_unit[units[one]])
        if all(int(for_unit[units[later]]) != bias for later in weights[at + 1:]):
            found.append(number + bias)
    yield tuple(found)


def _distinct(
    ways: dict[str, Sequence[int]], written: tuple[int, ...], steps: int
) -> Iterator[tuple[str, Order]]:
    seen: list[tuple[int, ...]] = []
    for name, keys in ways.items():
        numbered = tuple(_numbered(list(keys)))
        if numbered not in seen:
            seen.append(numbered)
            yield name, Order(tuple(keys), written, steps)


def _numbered(values: Sequence[object]) -> list[int]:
    first: dict[object, int] = {}
    return [first.setdefault(value, len(first)) for value in values]
