"""Cases over structure, drawn by Hypothesis: how many parameters, shapes, lengths, changes of lr.

Gradients are half-integers and hyperparameters come from short lists with a large eps among them,
so that no mistake hides behind a tolerance and a failing case shrinks to numbers one can check by
hand. The sequence depends on the seed alone; what is stored is the case itself, since sequences
are not stable across versions of Hypothesis.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from hypothesis import HealthCheck, Phase, configuration, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from cgp_harness.subject import Trajectory

SHAPES = ((1,), (2,), (3,), (2, 2))
SHORT = 25
"""31 mistakes, 15 seeds each: the first failing example came 8th at the latest."""
LONG = 50
SEARCH_CALLS = 400
"""Calls for finding and shrinking; 111 was the most that 31 mistakes needed."""
SEARCH_S = 10.0
"""For rules so slow that the calls would take longer; the case is then whatever was found."""


@st.composite
def cases(draw: st.DrawFn) -> Trajectory:
    """One run with canonical names; the simplest has one number, one step, the first values."""
    shapes = tuple(draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3)))
    steps = draw(st.integers(1, 6))
    size = sum(int(np.prod(shape)) for shape in shapes)
    halves = draw(
        st.lists(st.integers(-8, 8), min_size=steps * size, max_size=steps * size))
    lr = draw(st.sampled_from((0.5, 1.0, 0.125)))
    change = draw(st.integers(0, steps - 1))
    later = draw(st.sampled_from((1.0, 0.5, 3.0)))
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
    )


@lru_cache(maxsize=8)
def short_run(seed: int) -> tuple[Trajectory, ...]:
    """The cases that every rule is tried on; drawn once per process and seed."""
    drawn: list[Trajectory] = []
    _hypothesis(seed, SHORT, (Phase.generate,), drawn.append)
    return tuple(drawn)


def smallest_failure(
    seed: int, fails: Callable[[Trajectory], bool], budget_s: float = SEARCH_S
) -> Trajectory | None:
    """A case on which `fails` is true, shrunk while the budget lasts; None if none is found."""
    failing: list[Trajectory] = []
    end = time.monotonic() + budget_s
    calls = 0

    def property_(case: Trajectory) -> None:
        nonlocal calls
        calls += 1
        if calls <= SEARCH_CALLS and time.monotonic() < end and fails(case):
            failing.append(case)
            raise AssertionError

    try:
        _hypothesis(seed, LONG, (Phase.generate, Phase.shrink), property_)
    except Exception:
        # Hypothesis re-raises the AssertionError, or complains of flakiness once time is up.
        if not failing:
            raise
    return min(failing, key=_size, default=None)


def _size(case: Trajectory) -> tuple[int, int, int, float]:
    g = case.gradients
    return g.size, len(case.shapes), len(set(case.schedule["lr"])), float(np.abs(g).sum())


def _hypothesis(
    seed: int, examples: int, phases: tuple[Phase, ...], body: Callable[[Trajectory], None]
) -> None:
    @seeded(seed)
    @settings(
        max_examples=examples, phases=phases, database=None, deadline=None, print_blob=False,
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def run(case: Trajectory) -> None:
        body(case)

    with warnings.catch_warnings(), _no_files():
        warnings.simplefilter("ignore")
        run()


@contextmanager
def _no_files() -> Iterator[None]:
    """Keep Hypothesis 6 from making `.hypothesis` in the user's folder, database or not."""
    with tempfile.TemporaryDirectory(prefix="cgp-hypothesis-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(None)  # back to the user's own
