"""The mistake of a rule whose right answer is a solution: as a change of that, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.assignment.solution import answers_to
from cgp_harness.assignment.written_mistakes import require_fit, written
from cgp_harness.kinds.optimizer.diagnosis.changes.match import Found, match
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant, Mutants
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, confirming_runs
from cgp_harness.kinds.optimizer.probes.solution_rules import one_by_one
from cgp_harness.kinds.optimizer.specified import Specified
from cgp_harness.model import Diagnosis
from cgp_harness.mutation.words import told
from cgp_harness.probing.distance import within
from cgp_harness.probing.flag import FLOAT32_ARITHMETIC
from cgp_harness.probing.variants.variants import Written
from cgp_harness.task import Assignment, NamedMistake, Task
from cgp_reference.rule import Rule

FIXED = "fixed"
"""A change after which a hyperparameter moves nothing, and still is charged: it has a use."""
SEED = 0
"""Of where parameters begin, in runs that do not say it: no rule that looks at them is asked so."""


@dataclass(frozen=True)
class Explained:
    """What is wrong, in which convention, and which hyperparameters move nothing then."""

    diagnosis: Diagnosis
    convention: str
    unmoved: frozenset[str]


def explained(
    assignment: Assignment, task: Task, specified: Specified, evidence: Evidence,
    declared: Sequence[float],
) -> Explained | None:
    """The simplest change of the right answer that explains all answers, if there is one.

    Args:
        declared: the values that the rule's decorator says its state begins from.
    """
    mutants = mutants_of(assignment, task, specified)
    found = match(mutants, evidence, declared)
    if found is None:
        return None
    parts = found.mutant.parts or (found.mutant,)
    changes = [one for one in parts if one.change is None or one.change.operator != FIXED]
    return Explained(
        _diagnosis(assignment, task, mutants[found.convention], found), found.convention,
        frozenset(name for one in changes for name in specified.hyperparameters
                  if _is_unmoved(one, name)))


def _is_unmoved(mutant: Mutant, name: str) -> bool:
    """Whether another value of a hyperparameter changes no step."""
    run = mutant.whole(confirming_runs()[0])
    if name in run.schedule:
        moved = replace(run, schedule={
            **run.schedule, name: tuple(1.5 * one for one in run.schedule[name])})
    else:
        moved = replace(run, hyperparameters={
            **run.hyperparameters, name: 1.1 * run.hyperparameters[name]})
    return bool(np.array_equal(mutant.steps(run), mutant.steps(moved), equal_nan=True))


def mutants_of(
    assignment: Assignment, task: Task, specified: Specified
) -> Mapping[str, Mutants]:
    """What each accepted answer may become; the same object for the same homework.

    Raises:
        HarnessError: a mistake of `mistakes.toml` fits none of the answers, or is no wrong one.
    """
    own = tuple(one for one in assignment.mistakes if one.task == task.id and not one.check)
    key = specified, own
    if key not in _KNOWN:
        answers = answers_to(assignment, task)
        _KNOWN[key] = _mutants(specified, {
            name: one.target for name, one in answers.items()}, assignment.solution,
            written(assignment, task))
    return _KNOWN[key]


_KNOWN: dict[tuple[Specified, tuple[NamedMistake, ...]], Mapping[str, Mutants]] = {}


def _mutants(
    specified: Specified, answers: Mapping[str, Rule], text: str,
    mistakes: Sequence[Written],
) -> Mapping[str, Mutants]:
    found = {
        name: Mutants(
            answers[name], text, flat=one.elementwise, whole=lambda run: specified.whole(run, SEED),
            form=_as_it_is if one.rule.function is answers[name].function else one_by_one,
            written=mistakes)
        for name, one in specified.conventions.items()}
    require_fit([one.unfit for one in found.values()])
    return found


def _as_it_is(rule: Rule) -> Rule:
    return rule


def _diagnosis(assignment: Assignment, task: Task, of: Mutants, found: Found) -> Diagnosis:
    mutant, shown = found.mutant, found.shown
    parts = mutant.parts or (mutant,)
    clauses = [told(one.said, assignment.reveal, of.secret) for one in parts if one.id]
    text = f"Your update is {task.title}"
    if clauses:
        text += f", but {', and '.join(dict.fromkeys(clauses))}"
    if found.single:
        text += ", in float32 arithmetic" if clauses else " in float32 arithmetic"
    text += f", to within {within(shown.error)} on {shown.numbers} numbers"
    if shown.not_finite:
        text += f"; {shown.not_finite} others are not finite, as in that rule"
    flags = [one.id for one in parts if one.id] + [FLOAT32_ARITHMETIC.id] * found.single
    hints = [one.hint for one in parts if one.hint]
    if found.single:
        hints.append(FLOAT32_ARITHMETIC.hint)
    named = {one.id for one in assignment.mistakes}
    made = {one.id: one.said.full for one in parts if one.id and one.id not in named}
    return Diagnosis(
        tuple(flags), " ".join([f"{text}.", *hints]), shown.error, made, of_source=bool(made))
