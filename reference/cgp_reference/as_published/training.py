"""Training with the published arithmetic: parameters, then batches, from one stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

import numpy as np

from cgp_reference.data import Array, Samples
from cgp_reference.data.batches import Batches


class Model(Protocol):
    """A network that knows the published start and the published step."""

    @property
    def names(self) -> tuple[str, ...]:
        """What each packed parameter is called."""

    def start(self, stream: Random) -> Array:
        """Parameters to begin with, `(D,)`."""

    def update(self, parameters: Array, inputs: Array, labels: Array) -> tuple[float, Array]:
        """Loss of a batch, and the change `(D,)` for each unit of learning rate."""


@dataclass(frozen=True)
class PublishedRun:
    """What a published training leaves.

    Args:
        losses: of each batch (for the DAG, of each sample) before its step. `displayed(losses,
            every, published=True)` is what the lecture prints for the networks.
        parameters: by name, after the last step.
    """

    losses: Array
    parameters: dict[str, float]


def train(
    model: Model, samples: Samples, stream: Random, *,
    learning_rate: float, iterations: int, batch_size: int = 8,
) -> PublishedRun:
    """Train one of the networks.

    Args:
        model: `OneNeuron` or `MultiNeuron`.
        samples: class 0 and class 1; `two_gaussians` has the published numbers.
        stream: gives the parameters, then two choices a sample; a published run that says
            `random.seed(s)` first has `Random(s)`.
        learning_rate: the published `learning_rate`.
        iterations: steps.
        batch_size: samples in a batch.
    """
    parameters = model.start(stream)
    losses = np.empty(iterations)
    batches = batches_of(samples, stream, iterations, batch_size)
    for i, (inputs, labels) in enumerate(batches):
        losses[i], change = model.update(parameters, inputs, labels)
        change *= learning_rate
        parameters += change
    named = zip(model.names, parameters.tolist(), strict=True)
    return PublishedRun(losses, dict(named))


def batches_of(
    samples: Samples, stream: Random, iterations: int, batch_size: int = 8
) -> Iterator[tuple[Array, Array]]:
    """The published batches: inputs `(features, batch)`, scaled, and labels `(batch,)`."""
    batches = Batches(samples, batch_size, stream="lecture")
    for block in batches.blocks_from(batches.lecture_draw([stream]), iterations):
        inputs = np.ascontiguousarray(block.inputs[..., 0].swapaxes(0, 1))
        yield from zip(inputs, block.labels[..., 0], strict=True)
