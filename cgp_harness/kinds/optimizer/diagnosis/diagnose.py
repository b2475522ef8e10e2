"""Which known rule is this? The answer in flags, and in words for the student."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis import (
    another_rule,
    another_value,
    first_rate,
    initial_state,
    weight_decay,
)
from cgp_harness.kinds.optimizer.diagnosis.changes import match as stages
from cgp_harness.kinds.optimizer.diagnosis.changes import returned
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant, Mutants
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import (
    Candidate,
    candidates,
    known_words,
    mutants_of,
    sentence,
    unmoved,
)
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.kinds.optimizer.specified import built_in, home_of, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Diagnosis
from cgp_harness.mutation.change import Said
from cgp_harness.task import Assignment

BEGUN = (initial_state.INITIAL, initial_state.FIRST_GRADIENT)
OWN_WORDS = {first_rate.NAME: (first_rate.SAYS, first_rate.HINT), **returned.WORDS}
EQUATION = re.compile(r" \(Eqs?\. [^)]*\)")
REMEMBERS = ("dict", "list", "set")
_ZEROS = Trajectory(((1,),), np.zeros((2, 1)), {
    "mu": 0.9, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 0.125}, {"lr": (0.5, 0.25)})


@dataclass(frozen=True)
class Named:
    """A diagnosis, and what it was found by.

    Args:
        convention: of those that are accepted, the one in which the rule is wrong; empty if
            unknown.
        unmoved: hyperparameters that move nothing in it, so that no other check charges them.
        steps: what the rule that is named answers to a run.
    """

    diagnosis: Diagnosis
    convention: str = ""
    unmoved: frozenset[str] = frozenset()
    steps: Hypothesis | None = None


def diagnose(
    assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence,
    fixed_at: Sequence[Mapping[str, float]] = (),
) -> Named:
    """Name the rule that gave these answers, or say that none is known.

    Looked at are first the mistakes that have a name, single and in pairs. Then, if the homework
    names mistakes that only the harness finds: the lecture's other rules, a hyperparameter in whose
    place another number stands, a start from a state other than zero (which comes first if the
    decorator names one), weight decay of a rule that sees the parameters. Last come small changes
    of a right answer's source. What fits the probes is named only if further runs confirm it.

    Args:
        fixed_at: the hyperparameters whose change changes no step, at values that would be right.
    """
    asked = _Asked(assignment, task, rule, evidence)
    for attempt in asked.attempts(fixed_at):
        found = attempt()
        if found is not None:
            return found
    numbers = sum(answer.size for answer in evidence.answers)
    what = "it matches no known variant of it or of another rule" if asked.words else (
        "no small change to it explains your update")
    return Named(Diagnosis(
        (), f"Your update is not {task.title}, and {what} (compared on {numbers} numbers)."))


def changed(
    assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence
) -> Diagnosis | None:
    """The single change of a solution that explains everything; None if none does, or if the
    homework has a bank of its own."""
    asked = _Asked(assignment, task, rule, evidence)
    found = None if asked.words else asked.attempt((stages.singles,))
    return found.diagnosis if found else None


class _Asked:
    """One rule's answers beside all that may explain them."""

    def __init__(
        self, assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence
    ) -> None:
        self._assignment, self._task, self._rule, self._evidence = assignment, task, rule, evidence
        self._right = specified(assignment, task)
        self._mutants = mutants_of(assignment, task)
        self.words = {one.id: one for one in known_words(assignment, task)}
        self._declared = tuple(rule.state.values()) if any(rule.state.values()) else ()

    def attempts(
        self, fixed_at: Sequence[Mapping[str, float]]
    ) -> Iterator[Callable[[], Named | None]]:
        """What is tried, in this order."""
        yield partial(self.attempt, (
            stages.right, stages.known, self._in_another_order, stages.known_pairs))
        if self._rule.groups:
            yield self._first_rate
        changes = (stages.begun_from(tuple(self._rule.state.values())), stages.singles)
        if not self.words:
            yield partial(self.attempt, (*changes, stages.pairs))
            yield self._another_rule
            return
        yield self._another_rule
        value = partial(self._another_value, fixed_at)
        yield from (self._another_state, value) if self._declared else (value, self._another_state)
        yield self._with_decay
        yield partial(self.attempt, changes)

    def attempt(self, tried: Sequence[stages.Stage]) -> Named | None:
        """What some stages find."""
        found = stages.match(self._mutants, self._evidence, tried)
        if found is None:
            return None
        of = self._mutants[found.convention]
        told = self._told(
            found.mutant.named, found.shown, "" if of.wrong else found.convention,
            single=found.single)
        return replace(told, steps=found.mutant.steps)

    def _in_another_order(
        self, of: Mutants, evidence: Evidence, single: bool
    ) -> Sequence[Mutant]:
        """What is returned stands in another order."""
        return () if of.wrong else tuple(returned.orders(of.right, tuple(self._rule.state)))

    def _another_rule(self) -> Named | None:
        found = another_rule.match(self._assignment, self._task, self._rule, self._evidence)
        if found is None:
            return None
        # The equations of a homework's own rule are those that its table gives.
        cited = home_of(self._assignment, self._task)[0].solution == built_in().solution
        named = found.named if cited else tuple(map(_uncited, found.named))
        told = sentence(
            self._assignment, self._task, frozenset(), named, found.said, title=found.title)
        text = f"{told.text} It is registered as {self._task.id}."
        return Named(
            replace(told, flags=(found.id, *told.flags), text=text),
            unmoved=frozenset(self._right.hyperparameters) - {*found.hyperparameters},
            steps=found.steps)

    def _another_value(self, fixed_at: Sequence[Mapping[str, float]]) -> Named | None:
        names = tuple(dict.fromkeys(name for one in fixed_at for name in one))
        if not names:
            return None
        found = another_value.match(
            candidates(self._mutants), self._rights, self._evidence, names, fixed_at)
        if found is None:
            return None
        told = self._of(found.candidate, found.flags, found.said)
        return replace(
            told, unmoved=told.unmoved | {found.name},
            diagnosis=replace(told.diagnosis, text=told.diagnosis.text.replace(
                f"with another number where {found.name} belongs",
                f"with {found.value:.6g} where {found.name} belongs")))

    def _another_state(self) -> Named | None:
        found = initial_state.match(
            candidates(self._mutants), self._rights, self._evidence, declared=self._declared)
        return None if found is None else self._of(
            found.candidate, (found.name,), found.said, single=found.single)

    def _first_rate(self) -> Named | None:
        found = first_rate.match(candidates(self._mutants), self._rights, self._evidence)
        return None if found is None else self._of(
            found.candidate, (first_rate.NAME,), found.said)

    def _with_decay(self) -> Named | None:
        """A class sees its parameters, from 0 on; a function if it names p."""
        if not self._rule.sees_parameter and not self._rule.moves:
            return None
        found = weight_decay.match(
            candidates(self._mutants), self._rights, self._evidence,
            tuple(self._rule.hyperparameters.values()))
        if found is None:
            return None
        if _is_parameter(found):
            right = replace(found.candidate, mutant=found.candidate.right)
            return self._of(right, (returned.PARAMETER,), found.said)
        told = self._of(found.candidate, (found.place,), found.said)
        text = f"{told.diagnosis.text} The decay is {found.size:.6g}."
        return replace(told, diagnosis=replace(told.diagnosis, text=text))

    @property
    def _rights(self) -> list[Mutant]:
        return [one.right for one in self._mutants.values() if not one.wrong]

    def _of(
        self, candidate: Candidate, further: Sequence[str], said: Shown, *, single: bool = False
    ) -> Named:
        """A rule with at most one mistake, and what only the harness finds."""
        found = (self._in_words(one, candidate.right) for one in further)
        return self._told(
            (*candidate.mutant.named, *found), said, candidate.convention, single=single)

    def _told(
        self, named: Sequence[Mutant], said: Shown, convention: str, *, single: bool = False
    ) -> Named:
        known = [self._otherwise(one) for one in named]
        of = self._mutants.get(convention)
        secret = of.secret if of else frozenset[str]()
        return Named(
            sentence(self._assignment, self._task, secret, known, said, single=single),
            convention, unmoved(named, tuple(self._right.hyperparameters)))

    def _in_words(self, name: str, right: Mutant) -> Mutant:
        written = self.words.get(name)
        says, hint = (written.says, written.hint) if written else OWN_WORDS.get(
            name, (name.replace("_", " "), ""))
        hint = self._hint(name, hint)
        return replace(right, id=name, said=Said(says, says), hint=hint)

    def _otherwise(self, one: Mutant) -> Mutant:
        """A mistake by its nearer name, which more than the numbers tell."""
        mutable = any(kind in REMEMBERS for kind in self._rule.fixed.values())
        if one.id == "shared_state" and mutable and "mutable_default" in self.words:
            return self._in_words("mutable_default", one)
        if one.id == "no_eps" and "no_eps_above_zero" in self.words and self._guarded():
            return self._in_words("no_eps_above_zero", one)
        return replace(one, hint=self._hint(one.id, one.hint))

    def _guarded(self) -> bool:
        """What is without eps may still have one, or another guard, where the root is 0."""
        answer = self._evidence.answer(_ZEROS)
        return answer is not None and bool(np.isfinite(answer).all())

    def _hint(self, name: str, hint: str) -> str:
        """A class names no state in its decorator; and who has named it need not be told to."""
        if name not in BEGUN or name not in self.words:
            return hint
        if self._rule.moves:
            return "The recursions begin at zero: begin with zeros_like(p)."
        if self._rule.state and not any(self._rule.state.values()):
            return "The recursions begin at zero, as @optimizer has it: use the state as it comes."
        return hint


def _is_parameter(found: weight_decay.Decay) -> bool:
    """Whether all of p is in what is returned, and the step is subtracted from it."""
    flipped = [one.id for one in found.candidate.mutant.named] == ["sign_flipped"]
    return flipped and found.place == "weight_decay_without_lr" and abs(found.size - 1) < 1e-9


def _uncited(one: Mutant) -> Mutant:
    """In words that name none of the lecture's equations."""
    says = EQUATION.sub("", one.said.full)
    return replace(one, said=Said(says, says), hint="" if "Eq. " in one.hint else one.hint)
