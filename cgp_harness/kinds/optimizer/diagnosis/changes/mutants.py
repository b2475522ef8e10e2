"""What a right rule becomes by one or two small changes to its source, or to how it is run.

Made once for each right rule and kept: most submissions that are wrong are wrong in the same ways.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import combinations, permutations
from typing import Any

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.diagnosis.changes.how_run import WAYS, WayToRun, run_so
from cgp_harness.kinds.optimizer.diagnosis.changes.kept import Late, Remembered, Whole
from cgp_harness.kinds.optimizer.diagnosis.evidence import confirming_runs, telling_run
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Change, Said, and_
from cgp_harness.mutation.rules.straight import Straight
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import COUNT, PARAMETER, Source, source_of
from cgp_harness.mutation.words import secret
from cgp_harness.probing.named_change import COST, named
from cgp_harness.probing.variants.variants import likeliest, told_apart
from cgp_reference.rule import Rule

PAIRED, PAIRS = 300, 5_000
"""Behaviours that are tried in pairs, the simplest; pairs, of these the simplest."""
RARER = {"name": 0.4, "fixed": 0.6, "operands": 0.6, "constant": 0.3, "one_minus": 0.2,
         "step_and_gradient": 0.6, "put_on_gradient": 0.3}
"""By operator: how much less likely such a change is beside another."""
ORDERS = ("before", "statement_moved")


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
        ways: how it is run, if not as it should be.
        change: of the source, if there is one.
        parts: each thing that is wrong with it, if there are several.
        simpler: with less of that.
    """

    id: str
    said: Said
    cost: float
    rule: Rule
    flat: bool
    whole: Whole
    hint: str = ""
    ways: tuple[WayToRun, ...] = ()
    change: Change | None = None
    parts: tuple[Mutant, ...] = ()
    simpler: tuple[Mutant, ...] = ()

    def steps(self, run: Trajectory, state: Sequence[Floats] | None = None) -> Floats:
        """Its steps (T, D) in a run with canonical names; not a number where it raises.

        Args:
            state: (D,) for each state of the rule, to begin from instead of its own.
        """
        run = self.whole(run)
        try:
            with np.errstate(all="ignore"):
                return run_so(self.ways, self.rule, run, flat=self.flat, state=state)
        except Exception:  # the change makes no program, or one that divides by 0
            return np.full(run.gradients.shape, np.nan)

    @property
    def confirming(self) -> Trajectory:
        """The first of the runs that confirm a name."""
        return self.asked(confirming_runs()[0])

    def asked(self, run: Trajectory) -> Trajectory:
        """A run of single numbers, with all that the rule needs."""
        return self.whole(run if self.flat else run.together())

    @property
    def named(self) -> tuple[Mutant, ...]:
        """What is wrong with it, each by itself."""
        return tuple(one for one in self.parts or (self,) if one.id)


@dataclass(frozen=True)
class Written:
    """A mistake that the instructor has written down.

    Args:
        id: what `diagnosis.flags` holds.
        said: the clause for students.
        hint: what to do instead.
        replaced: what stands in the right answer, and what instead; or
        way: how it is run.
        where: its place, for errors.
    """

    id: str
    said: Said
    hint: str
    replaced: tuple[tuple[str, str], ...] = ()
    way: WayToRun | None = None
    where: str = ""


class Mutants:
    """All that an answer may become.

    Args:
        rule: the right one, with canonical names.
        text: the file that it is from.
        flat: it takes each number as if it were alone.
        whole: a run with all that the rule needs: values of its hyperparameters, and of the
            parameters if it looks at them.
        form: what makes a rule of numbers one of arrays.
        written: mistakes that the instructor has written down.
        wrong: what the answer itself is called, if it is none that is accepted.
        whole_answer: it is one that the instructor has written down as wrong.
        paired: two mistakes that have a name are looked for in it,
        changed: and changes of its source that have none.

    Attributes:
        secret: names of its source that no handout shows.
        unfit: what is wrong with a mistake that cannot be made in this answer.
    """

    def __init__(
        self, rule: Rule, text: str, *, flat: bool, whole: Whole = lambda run: run,
        form: Callable[[Rule], Rule] = lambda rule: rule, written: Sequence[Written] = (),
        wrong: Written | None = None, whole_answer: bool = False, paired: bool = True,
        changed: bool = True,
    ) -> None:
        self._rule, self._form = rule, form
        self.wrong, self.whole_answer = wrong, whole_answer
        self.paired, self.changed = paired, changed
        self.right = Mutant(
            wrong.id if wrong else "", wrong.said if wrong else Said("", ""),
            COST if wrong else 0.0, form(rule), flat, Remembered(whole),
            wrong.hint if wrong else "")
        self._source: Source = source_of(
            rule.function, text, tuple(rule.state), rule.hyperparameters)
        self._straight = Straight(self._source, rule.function)
        self.secret = secret(self._source)
        self.unfit: dict[Written, HarnessError] = {}
        self._words = {one.id: one for one in written}
        self._written = tuple(filter(None, map(self._as_mutant, written)))

    @cached_property
    def known(self) -> tuple[Mutant, ...]:
        """With one mistake that has a name of its own."""
        return (self.right,) if self.wrong else self._each

    @cached_property
    def _each(self) -> tuple[Mutant, ...]:
        ways = [one for one in self.ways if one.id in self._words]
        begun = [one for one in ways if any("first" in (way.how or {}) for way in one.ways)]
        return (*(one for one in ways if one not in begun), *self._written, *begun)

    @cached_property
    def known_pairs(self) -> tuple[Mutant, ...]:
        """With two of them that can stand together."""
        if self.wrong:
            return tuple(
                replace(one, cost=one.cost + COST, parts=(self.right, one), simpler=(self.right,))
                for one in self._each)
        return tuple(self._pair(one, other) for one, other in combinations(self._each, 2)
                     if self._fit_together(one, other))

    def begun_from(self, declared: Sequence[float]) -> tuple[Mutant, ...]:
        """From another state, which a rule's own decorator names; in whatever order."""
        right, names = self.right.rule.state, tuple(self.right.rule.state)
        if len(declared) != len(right) or self.wrong:
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
        changes = [self._changed(one) for one in singles(self._source)]
        return tuple(sorted(
            (*self._written, *changes, *self.ways), key=lambda one: one.cost))

    @cached_property
    def pairs(self) -> tuple[Mutant, ...]:
        """With two things changed, the simplest first: of what each shows."""
        told = self._told_apart()
        chosen = likeliest(told, [one.cost + _rarer(one) for one in told], PAIRS)
        return tuple(self._pair(one, other) for one, other in chosen
                     if not (one.ways and other.ways))

    @property
    def ways(self) -> list[Mutant]:
        """Run in another way than it should be."""
        right = self.right
        return [self._in_words(replace(right, id=way.id, said=way.said, cost=way.cost, ways=(way,)))
                for way in WAYS if way.needs(right.rule)]

    def _in_words(self, one: Mutant) -> Mutant:
        """As the instructor says it."""
        written = self._words.get(one.id)
        return replace(one, said=written.said, hint=written.hint) if written else one

    def _as_mutant(self, one: Written) -> Mutant | None:
        if one.way is not None:
            made = replace(self.right, cost=COST, ways=(one.way,))
        elif not one.replaced:
            return None
        else:
            try:
                made = self._changed(named(self._source, one.replaced, one.said.full, one.where))
            except HarnessError as error:
                self.unfit[one] = error
                return None
        return replace(made, id=one.id, said=one.said, hint=one.hint)

    def _changed(self, change: Change) -> Mutant:
        asks = {one.arg for edit in change.edits if isinstance(edit.by, ast.arguments)
                for one in edit.by.kwonlyargs}
        rule = self._with((change,), counts=COUNT in asks, sees=PARAMETER in asks)
        return replace(self.right, id=change.id, said=change.said, cost=change.cost, change=change,
                       hint="", rule=rule)

    def _with(self, changes: Sequence[Change], *, counts: bool, sees: bool) -> Rule:
        """The rule with changes, by which it may be given more."""
        of = self._rule
        return self._form(Rule(
            of.name, Late(lambda: self._function(*changes)), of.state, of.hyperparameters,
            of.counts_steps or counts, of.fixed, of.sees_parameter or sees))

    def _function(self, *changes: Change) -> Callable[..., Any]:
        return self._straight.with_changes(*changes) or self._source.compiled(*changes)

    def _fit_together(self, one: Mutant, other: Mutant) -> bool:
        """Whether neither takes out what the other changes."""
        if one.id == other.id or any(
                way.excludes(each) for way in one.ways for each in other.ways):
            return False
        if one.change is None or other.change is None:
            return True
        own, others = ({id(edit.node) for edit in each.change.edits
                        if not isinstance(edit.by, ast.arguments)}
                       for each in (one, other) if each.change is not None)
        return not own & others

    def _pair(self, one: Mutant, other: Mutant) -> Mutant:
        changes = [part.change for part in (one, other) if part.change is not None]
        return Mutant(
            f"{one.id}+{other.id}", and_(one.said, other.said), one.cost + other.cost,
            self._with(changes, counts=one.rule.counts_steps or other.rule.counts_steps,
                       sees=one.rule.sees_parameter or other.rule.sees_parameter),
            self.right.flat, self.right.whole, ways=one.ways + other.ways, parts=(one, other),
            simpler=(one, other))

    def _told_apart(self) -> Sequence[Mutant]:
        """The simplest of all that do the same, and do something; of those that are a matter of
        order too, since in another rule that is no longer the same."""
        run = self.right.asked(telling_run())
        right, steps = self.right.steps(run), cache(lambda one: one.steps(run))
        found = told_apart(self.singles, right, steps, PAIRED)
        in_order = [one for one in self.singles if one.change and one.change.operator in ORDERS]
        known = {id(one) for one in found}
        further = [one for one in told_apart(in_order, right, steps, PAIRED)
                   if id(one) not in known]
        return [*found, *further]


def _rarer(one: Mutant) -> float:
    return RARER.get(one.change.operator, 0.0) if one.change else 0.0
