"""What a worker recorded, read with suspicion: numbers of known places, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cgp_harness.kinds.primer_training import requests as wire
from cgp_harness.model import Floats


@dataclass(frozen=True)
class Training:
    """One training; K rows, W weights, B biases, I inputs, N samples a batch.

    Args:
        layers: inputs, then units of each layer.
        rate: the instance's `learning_rate`.
        word: which rule's words its script has for it; -1 if none's.
        places: (I,), for each input in the order of the text, its place in a sample.
        ranks: (W,), for each weight its place in `learnable_params`.
        weights: (K, W), before each batch.
        biases: (K, B).
        inputs: (K, N, I), in the order of the text.
        written: (K, W), in which order weights were written before this row.
    """

    layers: tuple[int, ...]
    rate: float
    word: int
    places: tuple[int, ...]
    ranks: tuple[int, ...]
    weights: Floats
    biases: Floats
    inputs: Floats
    written: Floats

    @property
    def steps(self) -> int:
        """How many changes can be seen."""
        return len(self.weights) - 1

    @property
    def followable(self) -> bool:
        """Whether every number is there."""
        return self.steps >= 4 and self.biases.size > 0 and all(
            bool(np.isfinite(one).all()) for one in (self.weights, self.biases, self.inputs))


def trainings_in(payload: bytearray) -> tuple[Training, ...]:
    """Those of a record whose heads make sense."""
    blocks = np.frombuffer(payload, np.float64).reshape(wire.TRAININGS, -1)
    return tuple(one for block in blocks for one in _training(block))


def weights_of(layers: tuple[int, ...]) -> int:
    """How many a network of such layers has."""
    return sum(before * after for before, after in pairwise(layers))


def _training(block: Floats) -> Iterator[Training]:
    head, rows = block[:wire.HEAD], block[wire.HEAD:].reshape(wire.ROWS, wire.ROW)
    counts = [_whole(head[0]), _whole(head[1])]
    if not 1 <= counts[0] <= wire.INPUTS or not 1 <= counts[1] <= wire.LAYERS:
        return
    lists = np.split(head[6:], np.cumsum([wire.LAYERS, wire.INPUTS]))
    layers = (counts[0], *map(_whole, lists[0][:counts[1]]))
    if not all(1 <= one <= wire.WEIGHTS for one in layers):
        return
    number, rate, length, biases = (
        weights_of(layers), float(head[2]), _whole(head[4]), _whole(head[5]))
    places, ranks = tuple(map(_whole, lists[1][:layers[0]])), tuple(map(_whole, lists[2][:number]))
    if (number > wire.WEIGHTS or not 1 <= length <= wire.ROWS or not 0 <= biases <= wire.BIASES
            or sorted(places) != list(range(layers[0])) or sorted(ranks) != list(range(number))):
        return
    weights, bias, batch, written = np.split(
        rows[:length], np.cumsum([wire.WEIGHTS, wire.BIASES, wire.NUMBERS]), axis=1)
    size = int(np.isfinite(batch[0]).sum()) // layers[0]
    # What diverges is followed as far as there are numbers.
    parts = weights[:, :number], bias[:, :biases], batch[:, :size * layers[0]]
    finite = np.all([np.isfinite(one).all(axis=1) for one in parts], axis=0)
    length = length if finite.all() else max(1, int(finite.argmin()))
    weights, bias, batch, written = (
        one[:length] for one in (weights, bias, batch, written))
    yield Training(
        layers, rate, _whole(head[3]), places, ranks, weights[:, :number], bias[:, :biases],
        batch[:, :size * layers[0]].reshape(length, size, layers[0]), written[:, :number])


def _whole(number: float) -> int:
    """A count; -1 if it is none."""
    return int(number) if np.isfinite(number) and 0 <= number < 1e6 else -1
