"""Cases that are made by choosing: one definition, drawn from a seed or searched by Hypothesis.

    def case(choose: Choose) -> Case | None:             # None: such a case cannot be asked
        steps = choose.whole(1, 6)
        return Case(steps, choose.one_of((0.5, 0.25)))

    drawn(case, seed, 25)                                # the simplest one, then others
    smallest_failure(searched(case), seed, fails, size)

What every submission is asked is drawn here by Python's own generator: the same on every machine
and with every version of Hypothesis, which takes ten times as long and first reads the source of
all modules that are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Case = TypeVar("Case")
Make = Callable[["Choose"], Case | None]
"""A case from its choices; None if such a case cannot be asked."""
TRIES = 100
"""For each case that is wanted: most of what is drawn can be asked."""


@dataclass(frozen=True)
class Choose:
    """Who chooses.

    Args:
        whole: a whole number between two bounds, both included; the nearest to 0 is the simplest.
        one_of: one of several values; the first is the simplest.
    """

    whole: Callable[[int, int], int]
    one_of: Callable[[Sequence[Any]], Any]


SIMPLEST = Choose(lambda low, high: min(max(0, low), high), lambda options: options[0])


def drawn(make: Make[Case], seed: int, count: int) -> tuple[Case, ...]:
    """The simplest case, then others; some may be the same. They depend on the seed alone.

    Returns:
        So many, or fewer where hardly any can be asked.
    """
    random = Random(seed)
    chosen = Choose(random.randint, random.choice)
    found = [one for one in [make(SIMPLEST)] if one is not None]
    for _ in range(TRIES * count):
        if len(found) == count:
            break
        if (one := make(chosen)) is not None:
            found.append(one)
    return tuple(found)


def searched(make: Make[Case]) -> SearchStrategy[Case]:
    """The same cases, for a search that makes them small."""
    from hypothesis import reject
    from hypothesis import strategies as st

    # No argument of `cases`: Hypothesis would write what `make` holds out, which takes 0.2 s.
    @st.composite
    def cases(draw: st.DrawFn) -> Case:
        case = make(Choose(
            lambda low, high: draw(st.integers(low, high)),
            lambda options: draw(st.sampled_from(options))))
        if case is None:
            reject()
        return case

    return cases()
