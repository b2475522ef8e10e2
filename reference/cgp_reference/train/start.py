"""How a training begins: parameters from uniform(0, 1), each seed from a stream of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_reference.data import Array
from cgp_reference.errors import ExplainedError

_START = 0      # second word of the PCG64 seed; data/batches.py draws with 1


class TrainingError(ExplainedError):
    """A training that cannot begin."""


def require_iterations(count: int) -> None:
    """Refuse a training that would end before it begins.

    Raises:
        TrainingError: `count` is negative.
    """
    if count < 0:
        raise TrainingError(f"a training of {count} iterations", expected="0 or more")


def uniform_start(size: int, seeds: Sequence[int]) -> Array:
    """Parameters from uniform(0, 1), `(size, S)`: each seed from a stream of its own."""
    return unit_draws(size, seeds, _START)


def unit_draws(count: int, seeds: Sequence[int], stream: int) -> Array:
    """Numbers from uniform(0, 1), `(count, S)`; `stream` is the second word of each seed's own."""
    # A seed may occur often, as where a surface is drawn: to make its stream takes 20 µs.
    words = {seed: np.random.PCG64([seed, stream]).random_raw(count) for seed in set(seeds)}
    drawn = np.stack([words[seed] for seed in seeds], axis=1)
    # The upper 53 bits: every one is a float64, so the same number on every machine.
    return np.asarray((drawn >> np.uint64(11)) * 2.0**-53)
