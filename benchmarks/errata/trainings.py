"""Losses at the beginning and at the end of whole trainings, the peer's own among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import published_peer as peer
from cgp_reference.as_published.beside_exact import dag_figures
from cgp_reference.data import Array
from cgp_reference.train import displayed

__all__ = ["Ends", "dag_figures", "of_peer"]


@dataclass(frozen=True)
class Ends:
    """Losses of one training: at its beginning, at its end, and all of them."""

    first: float
    last: float
    record: Array

    @classmethod
    def of_batches(cls, losses: Array) -> Ends:
        """Of a loss for each batch, averaged as the lecture prints them."""
        return cls.of_means(displayed(losses, 100, published=True))

    @classmethod
    def of_means(cls, record: Sequence[float] | Array) -> Ends:
        """Of means of 100 losses each: the first, and the mean of the last ten."""
        return cls(float(record[0]), float(np.mean(record[-10:])), np.array(record))

    @classmethod
    def of_samples(cls, losses: Sequence[float] | Array) -> Ends:
        """Of single losses: means of the first and of the last tenth."""
        tenth = max(1, len(losses) // 10)
        first, last = (float(np.mean(part)) for part in (losses[:tenth], losses[-tenth:]))
        return cls(first, last, np.array(losses))

    def distance(self, other: Ends) -> float:
        """The largest relative difference of two records."""
        return float(np.max(np.abs(self.record / other.record - 1)))


def of_peer(run: str, seed: int, learning_rate: float, iterations: int) -> Ends | None:
    """The peer's own record; None where it is not installed."""
    if not peer.installed():
        return None
    found = peer.answer({"run": run, "seed": seed, "learning_rate": learning_rate,
                         "iterations": iterations, "inputs": peer.INPUTS})
    return Ends.of_means(found["record"])
