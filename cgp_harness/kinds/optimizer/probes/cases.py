"""Cases over structure: how many parameters, shapes, lengths, changes of lr.

Gradients are half-integers and hyperparameters come from short lists with a large eps among them,
so that no mistake hides behind a tolerance and a failing case shrinks to numbers one can check by
hand. All lie below 1, which a rule may ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.probing import starts
from cgp_harness.probing.choices import Choose, drawn, searched
from cgp_harness.probing.search import SECONDS, smallest_failure

SHAPES = ((1,), (2,), (3,), (2, 2))
SHORT = 25
"""83 mistakes, 15 seeds each: the first failing case came 7th at the latest, 3rd on average."""


def case(choose: Choose) -> Trajectory:
    """One run with canonical names; the simplest has one number, one step, the first values."""
    shapes = tuple(choose.one_of(SHAPES) for _ in range(choose.whole(1, 3)))
    steps = choose.whole(1, 6)
    size = sum(int(np.prod(shape)) for shape in shapes)
    halves = [choose.whole(-8, 8) for _ in range(steps * size)]
    lr = choose.one_of((0.5, 0.25, 0.125))
    change = choose.whole(0, steps - 1)
    later = choose.one_of((1.0, 0.5, 1.5))
    return Trajectory(
        shapes,
        np.array(halves, dtype=np.float64).reshape(steps, size) / 2,
        {
            "mu": choose.one_of((0.75, 0.9, 0.3)),
            "rho": choose.one_of((0.75, 0.9, 0.3)),
            "beta1": choose.one_of((0.75, 0.9, 0.3)),
            "beta2": choose.one_of((0.875, 0.999, 0.4)),
            "eps": choose.one_of((0.25, 1e-8, 0.01)),
        },
        {"lr": (lr,) * (steps - change) + (lr * later,) * change},
        start=starts.simple(size),
    )


@lru_cache(maxsize=8)
def short_run(seed: int) -> tuple[Trajectory, ...]:
    """The cases that every rule is tried on; drawn once per process and seed."""
    return drawn(case, seed, SHORT)


def smallest_case(
    seed: int, fails: Callable[[Trajectory], bool], budget_s: float = SECONDS
) -> Trajectory | None:
    """A case on which `fails` is true, shrunk while the budget lasts; None if none is found."""
    return smallest_failure(searched(case), seed, fails, _size, budget_s=budget_s)


def _size(case: Trajectory) -> tuple[int, int, int, float]:
    g = case.gradients
    return g.size, len(case.shapes), len(set(case.schedule["lr"])), float(np.abs(g).sum())
