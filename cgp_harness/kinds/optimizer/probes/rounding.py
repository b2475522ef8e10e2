"""How far the specified rule, run in float32, is from itself in float64: measured, run by run.

A submission counts as computed in float32 where it agrees to a few times that much, which is a few
units in the last place a step; a wider tolerance would let weight decay or a rounded step through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.probes.oracle import factors
from cgp_harness.kinds.optimizer.probes.reference_rules import reference
from cgp_harness.model import Floats
from cgp_harness.probing.distance import distance
from cgp_harness.subject import Trajectory
from cgp_reference.rule import Rule

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


def with_constants(
    family: str, convention: str, run: Trajectory, constants: Collection[str]
) -> Iterator[Floats]:
    """The steps of a rule that counts in float32, or has `constants` of float32 in its code."""
    def number(name: str, value: float) -> Any:
        return np.float32(value) if name in constants else value

    rule = reference(family, convention)
    with np.errstate(all="ignore"):
        if rule.counts_steps:
            yield _steps(rule, run, run.gradients, np.float64, _exact, np.float32)
        if constants:
            yield _steps(rule, run, run.gradients, np.float64, number, int)


def _runs(family: str, convention: str, run: Trajectory) -> Iterator[Floats]:
    """Arrays in float32; hyperparameters as well; gradients that are off by a rounding; `k` alone.

    The last as in classes that count in a float32 tensor, like torch's own: 1 - beta2**k is then
    _rounded, and the 1 - beta2 that it undoes is not.
    """
    rule, draw = reference(family, convention), np.random.default_rng(0)
    noise = 1 + FEWEST / 2 * draw.uniform(-1, 1, run.gradients.shape)
    yield _steps(rule, run, run.gradients, np.float32, _exact, int)
    yield _steps(rule, run, run.gradients, np.float32, _rounded, int)
    yield _steps(rule, run, run.gradients * noise, np.float64, _exact, int)
    if rule.counts_steps:
        yield _steps(rule, run, run.gradients, np.float64, _exact, np.float32)


def _steps(
    rule: Rule, run: Trajectory, gradients: Floats, dtype: type,
    number: Callable[[str, float], Any], count: type,
) -> Floats:
    state: tuple[Any, ...] = tuple(
        np.full(run.gradients.shape[1], value, dtype) for value in rule.state.values())
    rows = []
    for step, gradient in enumerate(gradients):
        given = {**run.hyperparameters, "lr": run.schedule["lr"][step]}
        named = {name: number(name, given[name]) for name in rule.hyperparameters}
        row, state = rule.step(gradient.astype(dtype), count(step + 1), state, named)
        rows.append(row)
    return np.asarray(rows, dtype=np.float64) * factors(run)


def _exact(_name: str, value: float) -> Any:
    return value


def _rounded(_name: str, value: float) -> Any:
    return np.float32(value)
