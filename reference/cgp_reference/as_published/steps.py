"""The published step beside the exact negative gradient, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Literal

import numpy as np

from cgp_reference.as_published.dag import GRAD_DELTA, PublishedDag
from cgp_reference.as_published.multi_neuron import MultiNeuron
from cgp_reference.as_published.one_neuron import OneNeuron
from cgp_reference.as_published.training import batches_of
from cgp_reference.data import Array, two_gaussians
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.graph.lecture_dag import EXPRESSIONS, TRUTH
from cgp_reference.network import LayeredNetwork
from cgp_reference.network.as_graph import LECTURE_SUMS

Name = Literal["one_neuron", "multi_neuron"]
Model = OneNeuron | MultiNeuron

LAYERS: Mapping[Name, tuple[int, ...]] = MappingProxyType(
    {"one_neuron": (4, 1), "multi_neuron": (4, 2, 1)})
ROWS: Mapping[Name, Mapping[str, tuple[int, ...]]] = MappingProxyType({
    "one_neuron": {"weights": (0, 1, 2, 3), "bias": (4,), "all parameters": tuple(range(5))},
    "multi_neuron": {
        "output weights": (10, 11), "hidden weights": (0, 1, 2, 3, 5, 6, 7, 8),
        "hidden biases": (4, 9), "output bias": (12,), "all parameters": tuple(range(13)),
    },
})
"""Which of the packed parameters are what."""


@dataclass(frozen=True)
class Drawn:
    """Batches, and the parameters at which each is looked at.

    Args:
        starts: `(N, D)`.
        inputs: `(features, batch, N)`.
        labels: `(batch, N)`.
    """

    starts: Array
    inputs: Array
    labels: Array


@dataclass(frozen=True)
class Steps:
    """Changes for each unit of learning rate, `(D, N)`: one column per batch."""

    published: Array
    exact: Array

    def of(self, rows: Sequence[int]) -> Steps:
        """Those of some parameters."""
        return Steps(self.published[list(rows)], self.exact[list(rows)])

    @property
    def cosines(self) -> Array:
        """`(N,)`; 1 is straight downhill, nan where the published step is none."""
        with np.errstate(invalid="ignore"):
            return cosine(self.published, self.exact)


def cosine(step: Array, exact: Array) -> Array:
    """Of each column of steps (D, N): (N,); 1 is straight downhill."""
    product: Array = np.einsum("ij,ij->j", step, exact)
    product /= np.linalg.norm(step, axis=0) * np.linalg.norm(exact, axis=0)
    return product


def ratio(step: Array, exact: Array) -> Array:
    """Length of each step over that of the exact one, of columns (D, N): (N,)."""
    lengths: Array = np.linalg.norm(step, axis=0)
    lengths /= np.linalg.norm(exact, axis=0)
    return lengths


def model_of(name: Name) -> Model:
    """The lecture's network with the published arithmetic."""
    sums = LECTURE_SUMS[LAYERS[name]]
    return OneNeuron.of(*sums) if name == "one_neuron" else MultiNeuron.of(sums, LAYERS[name])


def drawn(name: Name, low: float, high: float, count: int, seed: int = 0) -> Drawn:
    """Batches of the lecture's data, each with parameters of its own from uniform(low, high)."""
    batches = list(batches_of(two_gaussians(4, 5000, seed), Random(seed), count))
    size = LayeredNetwork(LAYERS[name]).size
    return Drawn(
        np.random.RandomState(seed).uniform(low, high, (count, size)),
        np.stack([inputs for inputs, _ in batches], axis=-1),
        np.stack([labels for _, labels in batches], axis=-1),
    )


def compared(name: Name, batches: Drawn) -> Steps:
    """What the published code adds in each batch, and what the equations would."""
    model = model_of(name)
    published = [
        model.update(start, batches.inputs[..., i], batches.labels[:, i])[1]
        for i, start in enumerate(batches.starts)
    ]
    starts = np.ascontiguousarray(batches.starts.T)
    _, gradient = LayeredNetwork(LAYERS[name]).gradient(starts, batches.inputs, batches.labels)
    return Steps(np.array(published).T, -gradient)


def compared_dag(count: int, seed: int = 0) -> Steps:
    """The same of the DAG for single samples, parameters from uniform(0, 1).

    The exact step is that of half the squared error, the truth being that of the expressions.
    """
    dag, graph, stream = PublishedDag.of(EXPRESSIONS, "xw"), Graph.of(EXPRESSIONS), Random(seed)
    samples = [sample.inputs for sample in dag.samples(TRUTH, count, stream)]
    starts = [dag.start(stream) for _ in samples]
    published = [
        list(dag.change(start, dag.values(start, inputs), GRAD_DELTA).values())
        for start, inputs in zip(starts, samples, strict=True)
    ]
    exact = [_downhill(graph, start, inputs)
             for start, inputs in zip(starts, samples, strict=True)]
    return Steps(np.array(published).T, np.array(exact).T)


def _downhill(
    graph: Graph, parameters: Mapping[str, float], inputs: Mapping[str, float]
) -> list[float]:
    """The negative gradient of one sample, in the order of the parameters."""
    values = forward(graph, {**inputs, **parameters})
    error = forward(graph, {**inputs, **TRUTH})["xw"] - values["xw"]
    gradient = backpropagate(graph, values, {"xw": -error})
    return [-float(gradient[name]) for name in parameters]
