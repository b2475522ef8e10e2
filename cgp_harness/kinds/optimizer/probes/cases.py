"""Cases over structure, drawn by Hypothesis: how many parameters, shapes, lengths, changes of lr.

Gradients are half-integers and hyperparameters come from short lists with a large eps among them,
so that no mistake hides behind a tolerance and a failing case shrinks to numbers one can check by
hand. All lie below 1, which a rule may ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from hypothesis import strategies as st

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.probing import starts
from cgp_harness.probing.search import SECONDS, drawn, smallest_failure

SHAPES = ((1,), (2,), (3,), (2, 2))
SHORT = 25
"""31 mistakes, 15 seeds each: the first failing example came 8th at the latest."""


@st.composite
def cases(draw: st.DrawFn) -> Trajectory:
    """One run with canonical names; the simplest has one number, one step, the first values."""
    shapes = tuple(draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3)))
    steps = draw(st.integers(1, 6))
    size = sum(int(np.prod(shape)) for shape in shapes)
    halves = draw(
        st.lists(st.integers(-8, 8), min_size=steps * size, max_size=steps * size))
    lr = draw(st.sampled_from((0.5, 0.25, 0.125)))
    change = draw(st.integers(0, steps - 1))
    later = draw(st.sampled_from((1.0, 0.5, 1.5)))
    return Trajectory(
        shapes,
        np.array(halves, dtype=np.float64).reshape(steps, size) / 2,
        {
            "mu": draw(st.sampled_from((0.75, 0.9, 0.3))),
            "rho": draw(st.sampled_from((0.75, 0.9, 0.3))),
            "beta1": draw(st.sampled_from((0.75, 0.9, 0.3))),
            "beta2": draw(st.sampled_from((0.875, 0.999, 0.4))),
            "eps": draw(st.sampled_from((0.25, 1e-8, 0.01))),
        },
        {"lr": (lr,) * (steps - change) + (lr * later,) * change},
        start=starts.simple(size),
    )


@lru_cache(maxsize=8)
def short_run(seed: int) -> tuple[Trajectory, ...]:
    """The cases that every rule is tried on; drawn once per process and seed."""
    return drawn(cases(), seed, SHORT)


def smallest_case(
    seed: int, fails: Callable[[Trajectory], bool], budget_s: float = SECONDS
) -> Trajectory | None:
    """A case on which `fails` is true, shrunk while the budget lasts; None if none is found."""
    return smallest_failure(cases(), seed, fails, _size, budget_s=budget_s)


def _size(case: Trajectory) -> tuple[int, int, int, float]:
    g = case.gradients
    return g.size, len(case.shapes), len(set(case.schedule["lr"])), float(np.abs(g).sum())
