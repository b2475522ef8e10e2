"""How far the specified rule, run in float32, is from itself in float64: measured, run by run.

A submission counts as computed in float32 where it agrees to a few times that much, which is a few
units in the last place a step; a wider tolerance would let weight decay or a rounded step through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cgp_harness.checks.rules.oracle import factors
from cgp_harness.checks.rules.reference_rules import reference
from cgp_harness.diagnosis.distance import distance
from cgp_harness.model import Floats
from cgp_harness.subject import Trajectory

FEWEST = 2.0**-23
"""A step cannot be closer for sure: float32's spacing at 1."""
TIMES = 32.0
"""Of it, for answers that are float32 numbers: the worst right form (a power of -0.5) takes 13."""
TIMES_UNSEEN = 5.0
"""For others, which may have been float32 on the way: some ulp, and less than 1e-6."""


def of_float32(family: str, convention: str, run: Trajectory, right: Floats) -> float:
    """The largest distance of four float32 runs of the rule from `right`, its exact steps."""
    with np.errstate(all="ignore"):
        found = [float(distance(steps, right)) for steps in _runs(family, convention, run)]
    return max(FEWEST, *(one for one in found if np.isfinite(one)))


def _runs(family: str, convention: str, run: Trajectory) -> Iterator[Floats]:
    """Arrays in float32; hyperparameters as well; gradients that are off by a rounding; `k` alone.

    The last as in classes that count in a float32 tensor, like torch's own: 1 - beta2**k is then
    rounded, and the 1 - beta2 that it undoes is not.
    """
    rule, draw = reference(family, convention), np.random.default_rng(0)
    noise = 1 + FEWEST / 2 * draw.uniform(-1, 1, run.gradients.shape)
    variants: list[tuple[Floats, type, type, type]] = [
        (run.gradients, np.float32, float, int), (run.gradients, np.float32, np.float32, int),
        (run.gradients * noise, np.float64, float, int)]
    if rule.counts_steps:
        variants.append((run.gradients, np.float64, float, np.float32))
    for gradients, dtype, number, count in variants:
        state: tuple[Any, ...] = tuple(
            np.full(run.gradients.shape[1], value, dtype) for value in rule.state.values())
        rows = []
        for step, gradient in enumerate(gradients):
            given = {**run.hyperparameters, "lr": run.schedule["lr"][step]}
            named: dict[str, Any] = {name: number(given[name]) for name in rule.hyperparameters}
            row, state = rule.step(gradient.astype(dtype), count(step + 1), state, named)
            rows.append(row)
        yield np.asarray(rows, dtype=np.float64) * factors(run)
