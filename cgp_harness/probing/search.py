"""Draws cases of any strategy, and finds the smallest that fails: Hypothesis with a seed, a budget.

The sequence depends on the seed alone. It is not stable across versions of Hypothesis, so that what
a report keeps is the case itself. Hypothesis is imported when something is searched: a right answer
needs none of it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from cgp_harness import temporary

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Case = TypeVar("Case")

CALLS = 400
"""For finding and shrinking together; 111 was the most that 31 wrong optimizers needed."""
CASES = 50
"""To try before giving up."""
SECONDS = 10.0
"""For submissions so slow that the calls would take longer; the case is then what was found."""


def drawn(strategy: SearchStrategy[Case], seed: int, count: int) -> tuple[Case, ...]:
    """At most `count` cases; some may be the same."""
    found: list[Case] = []
    _run(strategy, seed, count, ("generate",), found.append)
    return tuple(found)


def smallest_failure(
    strategy: SearchStrategy[Case], seed: int, fails: Callable[[Case], bool],
    size: Callable[[Case], Any], budget_s: float = SECONDS,
) -> Case | None:
    """A case on which `fails` is true, shrunk while the budget lasts; None if there is none.

    Args:
        strategy: of cases.
        seed: of the sequence.
        fails: asked once for each case that is tried.
        size: the smallest of all failing cases by this is returned.
        budget_s: seconds for all calls of `fails`.
    """
    failing: list[Case] = []
    calls, spent_s = 0, 0.0

    def tried(case: Case) -> None:
        nonlocal calls, spent_s
        calls += 1
        if calls > CALLS or spent_s >= budget_s:
            return
        begun = time.monotonic()
        failed = fails(case)
        spent_s += time.monotonic() - begun
        if failed:
            failing.append(case)
            raise AssertionError

    try:
        _run(strategy, seed, CASES, ("generate", "shrink"), tried)
    except Exception:
        # Hypothesis re-raises the AssertionError, or complains of flakiness once time is up.
        if not failing:
            raise
    return min(failing, key=size, default=None)


def _run(
    strategy: SearchStrategy[Case], seed: int, count: int, phases: tuple[str, ...],
    body: Callable[[Case], None],
) -> None:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    @seeded(seed)
    @settings(
        max_examples=count, phases=[Phase[name] for name in phases], database=None,
        deadline=None, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
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
    from hypothesis import configuration

    with temporary.folder("cgp-hypothesis-") as folder:
        configuration.set_hypothesis_home_dir(str(folder))
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(None)  # back to the user's own
