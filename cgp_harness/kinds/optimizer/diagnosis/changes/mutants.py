"""What a right rule becomes by one or two small changes to its source, or to how it is run.

Made once for each right rule and kept: most submissions that are wrong are wrong in the same ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.how_run import WAYS, WayToRun
from cgp_harness.kinds.optimizer.diagnosis.evidence import confirming_runs
from cgp_harness.kinds.optimizer.probes.recursion import steps
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Change, Said, and_, both
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import Source, source_of
from cgp_harness.probing import starts
from cgp_reference.rule import Rule

PAIRED = 80
"""Behaviours that are tried in pairs, the simplest: 3,160 pairs, about 1.5 s of CPU for Adam."""
_DIGITS = 7
"""Two changes whose steps have so many digits in common do the same."""


@dataclass(frozen=True, eq=False)
class Mutant:
    """A right rule with something changed.

    Args:
        id: what `diagnosis.flags` holds.
        said: what is changed.
        cost: of several that explain the same, the one that costs least is named.
        rule: to be stepped.
        flat: all numbers of a run may be stepped as one parameter.
        way: how it is run, if not as it should be.
        change: of the source, if there is one.
        parts: of a pair, each by itself.
    """

    id: str
    said: Said
    cost: float
    rule: Rule
    flat: bool
    way: WayToRun | None = None
    change: Change | None = None
    parts: tuple[Mutant, ...] = ()

    def steps(self, run: Trajectory) -> Floats:
        """Its steps (T, D) in a run with canonical names; not a number where it raises."""
        try:
            with np.errstate(all="ignore"):
                return self.way.steps(self.rule, run) if self.way else steps(
                    self.rule, run, flat=self.flat)
        except Exception:  # the change makes no program, or one that divides by 0
            return np.full(run.gradients.shape, np.nan)


class Mutants:
    """All that a right rule may become.

    Args:
        rule: the right one, with canonical names.
        text: the file that it is from.
        flat: it takes each number as if it were alone.
    """

    def __init__(self, rule: Rule, text: str, *, flat: bool) -> None:
        self.right = Mutant("", Said("", ""), 0.0, rule, flat)
        self._source: Source = source_of(
            rule.function, text, tuple(rule.state), rule.hyperparameters)

    @cached_property
    def singles(self) -> tuple[Mutant, ...]:
        """With one thing changed, the simplest first."""
        right = self.right
        ways = [replace(right, id=way.id, said=way.said, cost=way.cost, way=way)
                for way in WAYS if way.needs(right.rule)]
        changes = [self._changed(one) for one in singles(self._source)]
        return tuple(sorted((*changes, *ways), key=lambda one: one.cost))

    @cached_property
    def pairs(self) -> tuple[Mutant, ...]:
        """With two things changed, the simplest first: of what each shows."""
        chosen = list(self._told_apart())[:PAIRED]
        found = [self._pair(one, other) for one, other in combinations(chosen, 2)
                 if not (one.way and other.way)]
        return tuple(sorted(found, key=lambda one: one.cost))

    def _changed(self, change: Change) -> Mutant:
        function = _Late(lambda: self._source.compiled(change))
        return replace(
            self.right, id=change.id, said=change.said, cost=change.cost, change=change,
            rule=replace(self.right.rule, function=function))

    def _pair(self, one: Mutant, other: Mutant) -> Mutant:
        changes = [part.change for part in (one, other) if part.change is not None]
        made = self._changed(both(*changes) if len(changes) == 2 else changes[0])
        way = one.way or other.way
        return replace(
            made, id=f"{one.id}+{other.id}", cost=one.cost + other.cost, way=way,
            parts=(one, other), said=and_(one.said, other.said))

    def _told_apart(self) -> Iterator[Mutant]:
        """The simplest of all that do the same, and do something."""
        run = next(iter(confirming_runs()))
        if self.right.rule.sees_parameter:
            run = replace(run, start=starts.generic(run.gradients.shape[1], 0))
        seen = {_key(self.right.steps(run))}
        for one in self.singles:
            answer = one.steps(run)
            if np.isfinite(answer).all() and (key := _key(answer)) not in seen:
                seen.add(key)
                yield one


class _Late:
    """A changed function, compiled when it is first called."""

    def __init__(self, made: Callable[[], Callable[..., Any]]) -> None:
        self._made = made

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._function(*arguments, **named)

    @cached_property
    def _function(self) -> Callable[..., Any]:
        return self._made()


def _key(answer: Floats) -> tuple[str, ...]:
    return tuple(f"{number:.{_DIGITS}g}" for number in answer.ravel())
