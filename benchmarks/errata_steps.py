"""The published step beside the exact negative gradient, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from benchmarks import published_peer as peer
from cgp_reference.as_published.multi_neuron import MultiNeuron
from cgp_reference.as_published.one_neuron import OneNeuron
from cgp_reference.as_published.training import batches_of
from cgp_reference.data import Array, two_gaussians
from cgp_reference.network import LayeredNetwork

RANGES = ((0.0, 1.0), (-3.0, 3.0))
ONE_ROWS = {"weights": (0, 1, 2, 3), "bias": (4,)}
MULTI_ROWS = {
    "output weights": (10, 11), "hidden weights": (0, 1, 2, 3, 5, 6, 7, 8),
    "hidden biases": (4, 9), "output bias": (12,), "all parameters": tuple(range(13)),
}


@dataclass(frozen=True)
class Steps:
    """Changes for each unit of learning rate, `(D, N)`: one column per batch."""

    published: Array
    exact: Array
    peer: Array | None

    def of(self, rows: Sequence[int]) -> list[tuple[Array, Array]]:
        """(step, exact) of some parameters: this engine's, then the peer's if it was run."""
        steps = [self.published] if self.peer is None else [self.published, self.peer]
        return [(step[list(rows)], self.exact[list(rows)]) for step in steps]


def cosine(step: Array, exact: Array) -> Array:
    """Of each column; 1 is straight downhill."""
    product: Array = np.einsum("ij,ij->j", step, exact)
    product /= np.linalg.norm(step, axis=0) * np.linalg.norm(exact, axis=0)
    return product


def ratio(step: Array, exact: Array) -> Array:
    """Length of the step over that of the exact one, of each column."""
    lengths: Array = np.linalg.norm(step, axis=0)
    lengths /= np.linalg.norm(exact, axis=0)
    return lengths


def measured(name: str, low: float, high: float, count: int) -> Steps:
    """`count` batches of the lecture's data, for each its own parameters from uniform(low, high).

    Args:
        name: `one_neuron` or `multi_neuron`.
        low: of every parameter.
        high: same.
        count: batches.
    """
    model: OneNeuron | MultiNeuron = (
        OneNeuron.of(peer.ONE_NEURON) if name == "one_neuron"
        else MultiNeuron.of(peer.MULTI_NEURON, (4, 2, 1)))
    network = LayeredNetwork((4, 1) if name == "one_neuron" else (4, 2, 1))
    batches = list(batches_of(two_gaussians(4, 5000, seed=0), Random(0), count))
    starts = np.random.RandomState(0).uniform(low, high, (count, network.size))
    published = [model.update(start, *batch)[1]
                 for start, batch in zip(starts, batches, strict=True)]
    inputs = np.stack([inputs for inputs, _ in batches], axis=-1)
    labels = np.stack([labels for _, labels in batches], axis=-1)
    exact = -network.gradient(np.ascontiguousarray(starts.T), inputs, labels)[1]
    return Steps(np.array(published).T, exact, _of_peer(name, starts, inputs, labels))


def _of_peer(name: str, starts: Array, inputs: Array, labels: Array) -> Array | None:
    if not peer.installed():
        return None
    found = peer.answer({
        "run": f"{name}_steps", "learning_rate": 1.0, "starts": starts.tolist(),
        "batches": inputs.transpose(2, 1, 0).tolist(), "labels": labels.T.tolist(),
    })
    return np.array(found["changes"]).T
