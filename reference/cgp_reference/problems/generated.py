"""A course from a generator: each problem writes its iterations down as one loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from cgp_reference.data import Array
from cgp_reference.problems.problem import Evaluate
from cgp_reference.train import TrainingError

Evaluations = Iterator[tuple[Array, Array]]


@dataclass(frozen=True)
class GeneratedCourse:
    """Runs whose iterations come out of a generator, each at the parameters of that moment.

    Args:
        start: `(D, S)`.
        iterations: how many there are.
        evaluations: `(parameters, first)` -> losses and gradient of iteration `first`, of the
            next, …, each computed when it is asked for.
    """

    start: Array
    iterations: int
    evaluations: Callable[[Array, int], Evaluations]

    def bound(self, parameters: Array) -> Evaluate:
        """What evaluates these parameters.

        Raises:
            TrainingError: they have not the shape of the start.
        """
        if parameters.shape != self.start.shape:
            raise TrainingError(
                f"parameters of shape {tuple(parameters.shape)}",
                expected=f"{tuple(self.start.shape)}, that of the start",
            )
        coming, expected = self.evaluations(parameters, 0), 0

        def evaluate(k: int) -> tuple[Array, Array]:
            nonlocal coming, expected
            if not 0 <= k < self.iterations:
                raise IndexError(f"iteration {k} of a course of {self.iterations}")
            if k != expected:
                coming = self.evaluations(parameters, k)
            expected = k + 1
            # A rate too high for one seed of many must not warn in every step: its losses tell.
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                return next(coming)

        return evaluate


def read_only(start: Array) -> Array:
    """The same array, read-only: every rule begins there."""
    start.flags.writeable = False
    return start
