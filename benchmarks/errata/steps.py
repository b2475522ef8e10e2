"""The published step and the peer's own beside the exact negative gradient, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import published_peer as peer
from cgp_reference.as_published.steps import ROWS, Drawn, Name, compared, cosine, drawn, ratio
from cgp_reference.data import Array

__all__ = ["MULTI_ROWS", "ONE_ROWS", "RANGES", "Steps", "cosine", "measured", "ratio"]

RANGES = ((0.0, 1.0), (-3.0, 3.0))
ONE_ROWS, MULTI_ROWS = ROWS["one_neuron"], ROWS["multi_neuron"]


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


def measured(name: Name, low: float, high: float, count: int) -> Steps:
    """Batches of the lecture's data, each with parameters of its own from uniform(low, high)."""
    batches = drawn(name, low, high, count)
    found = compared(name, batches)
    return Steps(found.published, found.exact, _of_peer(name, batches))


def _of_peer(name: Name, batches: Drawn) -> Array | None:
    if not peer.installed():
        return None
    found = peer.answer({
        "run": f"{name}_steps", "learning_rate": 1.0, "starts": batches.starts.tolist(),
        "batches": batches.inputs.transpose(2, 1, 0).tolist(), "labels": batches.labels.T.tolist(),
    })
    return np.array(found["changes"]).T
