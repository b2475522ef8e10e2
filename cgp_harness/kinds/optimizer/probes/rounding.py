"""How far the specified rule, run in float32, is from itself in float64: measured, run by run.

A submission counts as computed in float32 where it agrees to a few times that much, which is a few
units in the last place a step; a wider tolerance would let weight decay or a rounded step through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.probes.recursion import steps
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Convention
from cgp_harness.model import Floats
from cgp_harness.probing.distance import distance

FEWEST = 2.0**-23
"""A step cannot be closer for sure: float32's spacing at 1."""
TIMES = 32.0
"""Of it, for answers that are float32 numbers: the worst right form (a power of -0.5) takes 13."""
TIMES_UNSEEN = 5.0
"""For others, which may have been float32 on the way: some ulp, and less than 1e-6."""


def of_float32(wanted: Convention, run: Trajectory, right: Floats) -> float:
    """The largest distance of four float32 runs of the rule from `right`, its steps (T, D)."""
    with np.errstate(all="ignore"):
        found = [float(distance(one, right)) for one in _runs(wanted, run)]
    return max(FEWEST, *(one for one in found if np.isfinite(one)))


def with_constants(
    wanted: Convention, run: Trajectory, constants: Collection[str]
) -> Iterator[Floats]:
    """Steps (T, D) of a rule that counts in float32, or has `constants` of float32 in its code."""
    def number(name: str, value: float) -> Any:
        return np.float32(value) if name in constants else value

    with np.errstate(all="ignore"):
        if wanted.rule.counts_steps:
            yield stepped(wanted, run, count=np.float32)
        if constants:
            yield stepped(wanted, run, number=number)


def _runs(wanted: Convention, run: Trajectory) -> Iterator[Floats]:
    """Arrays in float32; hyperparameters as well; gradients that are off by a rounding; `k` alone.

    The last as in classes that count in a float32 tensor, like torch's own: 1 - beta2**k is then
    _rounded, and the 1 - beta2 that it undoes is not.
    """
    draw = np.random.default_rng(0)
    noise = 1 + FEWEST / 2 * draw.uniform(-1, 1, run.gradients.shape)
    yield stepped(wanted, run, dtype=np.float32)
    yield stepped(wanted, run, dtype=np.float32, number=_rounded)
    yield stepped(wanted, replace(run, gradients=run.gradients * noise))
    if wanted.rule.counts_steps:
        yield stepped(wanted, run, count=np.float32)


def stepped(wanted: Convention, run: Trajectory, **how: Any) -> Floats:
    """The rule's steps (T, D) by its recursion; `how`: see `recursion.steps`."""
    return steps(wanted.rule, run, flat=wanted.elementwise, **how)


def _rounded(_name: str, value: float) -> Any:
    return value if isinstance(value, int) else np.float32(value)
