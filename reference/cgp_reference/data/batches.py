"""Batches as the lecture draws them, for one seed or for many at once, from explicit seeds.

A batch for S seeds is `(features, batch, S)`, seeds last: one feature of all seeds is one stretch
of memory, and each seed gets the numbers that it would get alone.

    samples = two_gaussians(dimensions=4, size=5000, seed=0)
    for block in Batches(samples, size=8).blocks(seeds=range(256), iterations=1000):
        block.inputs[:, 0], block.labels[0]              # (4, 8, 256) and (8, 256)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from cgp_reference.backend import NUMPY, Backend
from cgp_reference.data.choices import ClassThenSample
from cgp_reference.data.datasets import Array, DataError, Samples

Places = NDArray[np.unsignedinteger[Any]]
Draw = Callable[[int], Places]
"""Gives the next n places in the bank of samples for every seed, `(n, S)`."""

_BATCHES = 1        # second word of the PCG64 seed; train/start.py begins parameters with 0
_BLOCK = 1 << 14    # samples gathered at once: 4 features make 0.5 MB, half of one core's cache
_DRAWN = 1 << 12    # places drawn at once for each seed: a call costs 0.7 µs, a place 2.5 ns


@dataclass(frozen=True)
class Block:
    """Batches of T iterations for S seeds.

    Args:
        sources: `(features + 1, T, batch, S)`: scaled inputs, then ones, the source of a bias.
        labels: `(T, batch, S)`.
    """

    sources: Array
    labels: Array

    @property
    def inputs(self) -> Array:
        """`(features, T, batch, S)`."""
        return self.sources[:-1]


class Source(Protocol):
    """Where training gets its batches from."""

    @property
    def size(self) -> int:
        """Samples in a batch."""

    def blocks(self, seeds: Sequence[int], iterations: int) -> Iterator[Block]:
        """The batches of `iterations` iterations, some iterations at a time."""


@dataclass(frozen=True)
class Batches:
    """The lecture's sampler: a coin for the class, then a sample of it; there are no epochs.

    A batch is divided by its largest value; the maximum begins at 0, so a batch without a positive
    value, which the lecture's code divides by 0, stays as it is.

    Args:
        samples: the bank to draw from, any number of classes.
        size: samples in a batch.
        stream: `"lecture"`: `random.choice` of the class, then of its samples, exactly the numbers
            that the lecture's code gets after `random.seed(seed)`. `"raw"`: one word of PCG64 a
            sample, 10 to 40 times faster; classes must have the same size.
        backend: where batches are gathered; places are drawn by numpy.
    """

    samples: Samples
    size: int = 8
    stream: Literal["lecture", "raw"] = "raw"
    backend: Backend = NUMPY

    def __post_init__(self) -> None:
        if self.size < 1:
            raise DataError(f"batches of {self.size} samples", expected="at least 1")

    def blocks(self, seeds: Sequence[int], iterations: int) -> Iterator[Block]:
        """The batches of every seed, each from the beginning of its own stream."""
        draw = (self.raw_draw(seeds) if self.stream == "raw"
                else self.lecture_draw([Random(seed) for seed in seeds]))
        return self.blocks_from(draw, iterations)

    def blocks_from(self, draw: Draw, iterations: int) -> Iterator[Block]:
        """The same from streams that may have been used before."""
        drawn = max(1, _DRAWN // self.size)
        for first in range(0, iterations, drawn):
            places = draw(min(drawn, iterations - first) * self.size)
            places = places.reshape(-1, self.size, places.shape[1])
            step = max(1, _BLOCK // places[0].size)
            for begin in range(0, len(places), step):
                yield self.gathered(places[begin:begin + step])

    def gathered(self, places: Places) -> Block:
        """The batches of the given places in the bank, `(T, batch, S)`."""
        backend, xp, bank = self.backend, self.backend.namespace, self._bank
        places = backend.places(places)
        sources = backend.ones((len(bank.values) + 1, *places.shape))
        backend.gather(bank.values, places, sources[:-1])
        largest = xp.amax(xp.take(self._largest, places), axis=1, keepdims=True)
        sources[:-1] /= xp.where(largest > 0, largest, 1.0)
        return Block(sources, xp.take(bank.labels, places))

    def lecture_draw(self, streams: Sequence[Random]) -> Draw:
        """The lecture's two choices per sample, from where each stream is; none is moved."""
        drawn = [ClassThenSample(stream, self._counts) for stream in streams]

        def draw(count: int) -> Places:
            return np.stack([each.places(count) for each in drawn], axis=1).astype(self._dtype)

        return draw

    def raw_draw(self, seeds: Sequence[int]) -> Draw:
        """One word of PCG64 per sample: with equal classes, coin and choice are one choice."""
        if len(set(self._counts)) > 1:
            raise DataError(
                f"classes of {' and '.join(map(str, self._counts))} samples",
                expected='classes of one size for stream="raw"', fix='use stream="lecture"',
            )
        sources = [np.random.PCG64([seed, _BATCHES]) for seed in seeds]
        half, total = np.uint64(32), np.uint64(self.samples.labels.size)

        def draw(count: int) -> Places:
            words = np.stack([source.random_raw(count) for source in sources])
            # The upper 32 bits times the count: no place is preferred by more than count / 2^32.
            words >>= half
            words *= total
            words >>= half
            # Narrow before it is turned: half of the time.
            return np.ascontiguousarray(words.astype(self._dtype).T)

        return draw

    @cached_property
    def _bank(self) -> Samples:
        # By class, as the draws count; stable, so that the order within a class is kept.
        order = np.argsort(self.samples.labels, kind="stable")
        values = np.ascontiguousarray(self.samples.values[:, order])
        return Samples(self.backend.array(values), self.backend.array(self.samples.labels[order]))

    @cached_property
    def _largest(self) -> Array:
        largest: Array = self.backend.namespace.amax(self._bank.values, axis=0)
        return largest

    @cached_property
    def _counts(self) -> list[int]:
        return [int(count) for count in np.unique(self.samples.labels, return_counts=True)[1]]

    @property
    def _dtype(self) -> type[np.unsignedinteger[Any]]:
        return np.uint16 if self.samples.labels.size <= 1 << 16 else np.uint32


@dataclass(frozen=True)
class AllSamples:
    """Gradient descent's one batch: every sample, every time, scaled like any other batch."""

    samples: Samples

    @property
    def size(self) -> int:
        """Samples in a batch."""
        return int(self.samples.labels.size)

    def blocks(self, seeds: Sequence[int], iterations: int) -> Iterator[Block]:
        """One block of views that repeat the same memory."""
        features, count = self.samples.values.shape
        largest = np.max(self.samples.values)
        scaled = self.samples.values / (largest if largest > 0 else 1.0)
        sources = np.concatenate([scaled, np.ones((1, count))])[:, None, :, None]
        shape = (iterations, count, len(seeds))
        yield Block(np.broadcast_to(sources, (features + 1, *shape)),
                    np.broadcast_to(self.samples.labels[None, :, None], shape))
