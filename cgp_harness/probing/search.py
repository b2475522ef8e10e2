"""Draws cases of any strategy, and finds the smallest that fails: Hypothesis with a seed, a budget.

The sequence depends on the seed alone. It is not stable across versions of Hypothesis, so that what
a report keeps is the case itself.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, configuration, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from cgp_harness import temporary

Case = TypeVar("Case")

CALLS = 400
"""For finding and shrinking together; 111 was the most that 31 wrong optimizers needed."""
SECONDS = 10.0
"""For submissions so slow that the calls would take longer; the case is then what was found."""


def drawn(strategy: SearchStrategy[Case], seed: int, count: int) -> tuple[Case, ...]:
    """At most `count` cases; some may be the same."""
    found: list[Case] = []
    _run(strategy, seed, count, (Phase.generate,), found.append)
    return tuple(found)


def smallest_failure(
    strategy: SearchStrategy[Case], seed: int, fails: Callable[[Case], bool],
    size: Callable[[Case], Any], count: int = 50, budget_s: float = SECONDS,
) -> Case | None:
    """A case on which `fails` is true, shrunk while the budget lasts; None if there is none.

    Args:
        strategy: of cases.
        seed: of the sequence.
        fails: asked once for each case that is tried.
        size: the smallest of all failing cases by this is returned.
        count: cases to try before giving up.
        budget_s: seconds for all of it.
    """
    failing: list[Case] = []
    end = time.monotonic() + budget_s
    calls = 0

    def tried(case: Case) -> None:
        nonlocal calls
        calls += 1
        if calls <= CALLS and time.monotonic() < end and fails(case):
            failing.append(case)
            raise AssertionError

    try:
        _run(strategy, seed, count, (Phase.generate, Phase.shrink), tried)
    except Exception:
        # Hypothesis re-raises the AssertionError, or complains of flakiness once time is up.
        if not failing:
            raise
    return min(failing, key=size, default=None)


def _run(
    strategy: SearchStrategy[Case], seed: int, count: int, phases: tuple[Phase, ...],
    body: Callable[[Case], None],
) -> None:
    @seeded(seed)
    @settings(
        max_examples=count, phases=phases, database=None, deadline=None, print_blob=False,
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(case: Case) -> None:
        body(case)

    with warnings.catch_warnings(), _no_files():
        warnings.simplefilter("ignore")
        run()


@contextmanager
def _no_files() -> Iterator[None]:
    """Keep Hypothesis 6 from making `.hypothesis` in the user's folder, database or not."""
    with temporary.folder("cgp-hypothesis-") as folder:
        configuration.set_hypothesis_home_dir(str(folder))
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(None)  # back to the user's own
