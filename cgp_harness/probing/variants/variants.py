"""What a right answer becomes by one or two small changes to its source: the wrong answers.

Made once for each right answer and kept: most submissions that are wrong are wrong in the same
ways. An answer is a function or a class; what it computes is its kind's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeVar

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Change, Said, and_, both
from cgp_harness.mutation.singles import OPERATORS, Operator, singles
from cgp_harness.mutation.source import source_of
from cgp_harness.mutation.words import secret
from cgp_harness.probing.named_change import COST, named

PAIRED = 60
"""Behaviours that are tried in pairs, the simplest: 1,770 pairs. A count, and no time: a name must
not hang on the machine."""
Told = TypeVar("Told")
_BITS = 24
"""Two changes whose numbers have so many bits in common, 7 digits, do the same."""


@dataclass(frozen=True, eq=False)
class Variant:
    """A right answer with something changed.

    Args:
        id: what `diagnosis.flags` holds.
        said: what is changed.
        cost: of several that explain the same, the one that costs least is named.
        made: gives the function or class.
        hint: what to do instead, of one that an instructor has named.
        change: of the source, if there is one.
        parts: of a pair, each by itself.
    """

    id: str
    said: Said
    cost: float
    made: Callable[[], Any]
    hint: str = ""
    change: Change | None = None
    parts: tuple[Variant, ...] = ()

    @cached_property
    def answer(self) -> Any:
        """The function or class, compiled when it is first asked for.

        Raises:
            SyntaxError: the change makes no program.
        """
        return self.made()


@dataclass(frozen=True)
class Written:
    """A mistake that the instructor has written down.

    Args:
        id: what `diagnosis.flags` holds.
        said: the clause for students.
        hint: what to do instead.
        replaced: what stands in the right answer, and what instead; or
        answer: a whole wrong answer: a function or class.
        where: its place, for errors.
    """

    id: str
    said: Said
    hint: str
    replaced: tuple[tuple[str, str], ...]
    answer: Any
    where: str


class Variants:
    """All that a right answer may become.

    Args:
        answer: the right one, a function or class below any decorator of the harness.
        text: the file that it is from.
        written: mistakes that the instructor has written down.
        operators: of single expressions.

    Attributes:
        source: of the right answer.
        secret: names of it that no handout shows.
        written: those of the mistakes that can be made in it.
        unfit: id -> what is wrong with the others.
    """

    def __init__(
        self, answer: Any, text: str, written: Sequence[Written] = (),
        operators: Sequence[Operator] = OPERATORS,
    ) -> None:
        self.source, self._operators = source_of(answer, text), operators
        self.secret = secret(self.source)
        self.unfit: dict[str, HarnessError] = {}
        self.written = tuple(filter(None, map(self._as_variant, written)))

    @cached_property
    def singles(self) -> tuple[Variant, ...]:
        """With one thing changed, the simplest first; those that are written down before all."""
        return (*self.written, *map(self._changed, singles(self.source, self._operators)))

    def pairs(self, chosen: Collection[Variant]) -> tuple[Variant, ...]:
        """With two of some things changed, the simplest first."""
        of_source = [one for one in chosen if one.change is not None]
        found = [self._pair(*two) for two in combinations(of_source, 2)]
        return tuple(sorted(found, key=lambda one: one.cost))

    def _as_variant(self, one: Written) -> Variant | None:
        if one.answer is not None:
            return Variant(one.id, one.said, COST, lambda: one.answer, one.hint)
        try:
            change = named(self.source, one.replaced, one.said.full, one.where)
        except HarnessError as error:
            self.unfit[one.id] = error
            return None
        return self._changed(change, one.id, one.hint)

    def _changed(self, change: Change, name: str = "", hint: str = "") -> Variant:
        return Variant(
            name or change.id, change.said, change.cost, lambda: self.source.compiled(change), hint,
            change)

    def _pair(self, one: Variant, other: Variant) -> Variant:
        changes = [part.change for part in (one, other) if part.change is not None]
        return Variant(
            f"{one.id}+{other.id}", and_(one.said, other.said), one.cost + other.cost,
            lambda: self.source.compiled(*changes), " ".join(filter(None, (one.hint, other.hint))),
            both(*changes), (one, other))


def told_apart(
    variants: Iterable[Told], right: Floats, answers: Callable[[Told], Floats],
    count: int = PAIRED,
) -> list[Told]:
    """Of all that do the same the simplest, and none that does what is right; so many at most.

    Args:
        variants: the simplest first.
        right: numbers of the right answer.
        answers: those of a variant; one without a finite number tells nothing.
    """
    seen, found = {_key(right)}, list[Told]()
    for one in variants:
        given = answers(one)
        if np.isfinite(given).any() and (key := _key(given)) not in seen:
            seen.add(key)
            found.append(one)
            if len(found) == count:
                break
    return found


def likeliest(
    chosen: Sequence[Told], costs: Sequence[float], count: int
) -> list[tuple[Told, Told]]:
    """Pairs of different ones, those that cost least in sum first; so many at most.

    >>> likeliest("abc", [1.0, 2.0, 4.0], 2)
    [('a', 'b'), ('a', 'c')]
    """
    first, second = np.triu_indices(len(chosen), 1)
    cost = np.array(costs)
    order = np.argsort((cost[first] + cost[second]).round(9), kind="stable")[:count]
    return [(chosen[int(first[one])], chosen[int(second[one])]) for one in order]


def _key(answer: Floats) -> bytes:
    """Its numbers, rounded; what is no number is one and the same."""
    fraction, exponent = np.frexp(np.where(np.isnan(answer), np.nan, answer))
    rounded = np.ldexp(np.rint(fraction * 2**_BITS), exponent - _BITS) + 0.0
    return bytes(rounded.tobytes())
