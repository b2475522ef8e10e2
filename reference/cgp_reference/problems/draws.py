"""Numbers that a problem is made from: drawn from explicit seeds, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_reference.data import Array, Samples
from cgp_reference.data.batches import Batches, Places
from cgp_reference.train import unit_draws

BATCHES, LANDSCAPE = 1, 2
"""Second words of the PCG64 seed: what changes with the iteration, and what does not. Starts
of trainings are drawn with 0, batches with 1."""


def uniform(
    low: float, high: float, count: int, seeds: Sequence[int], stream: int = LANDSCAPE
) -> Array:
    """Numbers from uniform(low, high), `(count, S)`: each seed from a stream of its own."""
    # No power, no logarithm: nothing differs by machine.
    return np.asarray(low + (high - low) * unit_draws(count, seeds, stream))


def places(bank: int, batch: int, iterations: int, seeds: Sequence[int]) -> Places:
    """Where the samples of each batch lie in a bank of `bank`, `(iterations, batch, S)`."""
    # The network's own sampler, with a single class.
    sampler = Batches(Samples(np.empty((0, bank)), np.zeros(bank)), batch)
    drawn = sampler.raw_draw(seeds)(iterations * batch)
    return drawn.reshape(iterations, batch, len(seeds))
