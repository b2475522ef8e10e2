"""What a right rule becomes by one or two small changes to its source, or to how it is run.

Made once for each right rule and kept: most submissions that are wrong are wrong in the same ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, permutations
from typing import Any

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.diagnosis.changes.how_run import WAYS, WayToRun
from cgp_harness.kinds.optimizer.diagnosis.evidence import confirming_runs
from cgp_harness.kinds.optimizer.probes.recursion import steps
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Change, Said, and_, both
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import Source, source_of
from cgp_harness.mutation.words import secret
from cgp_harness.probing.named_change import COST, named
from cgp_harness.probing.variants.variants import Written
from cgp_reference.rule import Rule

PAIRED = 80
"""Behaviours that are tried in pairs, the simplest: 3,160 pairs, about 1.5 s of CPU for Adam."""
Whole = Callable[[Trajectory], Trajectory]
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
        whole: a run with all that the rule needs.
        hint: what to do instead, of one that an instructor has named.
        way: how it is run, if not as it should be.
        change: of the source, if there is one.
        parts: of a pair, each by itself.
    """

    id: str
    said: Said
    cost: float
    rule: Rule
    flat: bool
    whole: Whole
    hint: str = ""
    way: WayToRun | None = None
    change: Change | None = None
    parts: tuple[Mutant, ...] = ()

    def steps(self, run: Trajectory) -> Floats:
        """Its steps (T, D) in a run with canonical names; not a number where it raises."""
        run = self.whole(run)
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
        whole: a run with all that the rule needs: values of its hyperparameters, and of the
            parameters if it looks at them.
        form: what makes a rule of numbers one of arrays.
        written: mistakes that the instructor has written down.

    Attributes:
        secret: names of its source that no handout shows.
        unfit: id -> what is wrong with a mistake that cannot be made in this answer.
    """

    def __init__(
        self, rule: Rule, text: str, *, flat: bool, whole: Whole = lambda run: run,
        form: Callable[[Rule], Rule] = lambda rule: rule, written: Sequence[Written] = (),
    ) -> None:
        self._rule, self._form = rule, form
        self.right = Mutant("", Said("", ""), 0.0, form(rule), flat, whole)
        self._source: Source = source_of(
            rule.function, text, tuple(rule.state), rule.hyperparameters)
        self.secret = secret(self._source)
        self.unfit: dict[str, HarnessError] = {}
        self._written = tuple(filter(None, map(self._as_mutant, written)))

    def begun_from(self, declared: Sequence[float]) -> tuple[Mutant, ...]:
        """From another state, which a rule's own decorator names; in whatever order."""
        right, names = self.right.rule.state, tuple(self.right.rule.state)
        if len(declared) != len(right):
            return ()
        found = []
        for values in dict.fromkeys(permutations(declared)):
            state = dict(zip(names, values, strict=True))
            other = [f"{name} begins from {value:g} instead of {right[name]:g}"
                     for name, value in state.items() if value != right[name]]
            if other:
                found.append(replace(
                    self.right, id="initial_state", cost=float(len(other)),
                    said=Said("a state begins from another value", ", and ".join(other)),
                    rule=replace(self.right.rule, state=state)))
        return tuple(found)

    @cached_property
    def singles(self) -> tuple[Mutant, ...]:
        """With one thing changed, the simplest first."""
        right = self.right
        ways = [replace(right, id=way.id, said=way.said, cost=way.cost, way=way)
                for way in WAYS if way.needs(right.rule)]
        changes = [self._changed(one) for one in singles(self._source)]
        return tuple(sorted((*self._written, *changes, *ways), key=lambda one: one.cost))

    @cached_property
    def pairs(self) -> tuple[Mutant, ...]:
        """With two things changed, the simplest first: of what each shows."""
        chosen = [one for one in self._told_apart() if one.change or one.way][:PAIRED]
        found = [self._pair(one, other) for one, other in combinations(chosen, 2)
                 if not (one.way and other.way)]
        return tuple(sorted(found, key=lambda one: one.cost))

    def _as_mutant(self, one: Written) -> Mutant | None:
        if one.answer is not None:
            return replace(
                self.right, id=one.id, said=one.said, hint=one.hint, cost=COST,
                rule=self._form(one.answer))
        try:
            change = named(self._source, one.replaced, one.said.full, one.where)
        except HarnessError as error:
            self.unfit[one.id] = error
            return None
        return replace(self._changed(change), id=one.id, hint=one.hint)

    def _changed(self, change: Change) -> Mutant:
        function = _Late(lambda: self._source.compiled(change))
        return replace(
            self.right, id=change.id, said=change.said, cost=change.cost, change=change,
            rule=self._form(replace(self._rule, function=function)))

    def _pair(self, one: Mutant, other: Mutant) -> Mutant:
        changes = [part.change for part in (one, other) if part.change is not None]
        made = self._changed(both(*changes) if len(changes) == 2 else changes[0])
        way = one.way or other.way
        return replace(
            made, id=f"{one.id}+{other.id}", cost=one.cost + other.cost, way=way, hint="",
            parts=(one, other), said=and_(one.said, other.said))

    def _told_apart(self) -> Iterator[Mutant]:
        """The simplest of all that do the same, and do something."""
        run = next(iter(confirming_runs()))
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
