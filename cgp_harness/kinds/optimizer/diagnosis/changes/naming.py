"""The mistake of a rule: as a change of a right answer, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.assignment.solution import FILE, of_text
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.kinds.optimizer.diagnosis.changes.how_run import (
    DEFAULT,
    GRADIENT,
    STEP,
    WayToRun,
)
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant, Mutants, Written
from cgp_harness.kinds.optimizer.diagnosis.evidence import Shown
from cgp_harness.kinds.optimizer.probes.roles import near_by
from cgp_harness.kinds.optimizer.probes.solution_rules import one_by_one
from cgp_harness.kinds.optimizer.specified import (
    Convention,
    Specified,
    conventions,
    every_answer,
    home_of,
    specified,
)
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Diagnosis
from cgp_harness.mutation.change import Said
from cgp_harness.mutation.words import told
from cgp_harness.probing.distance import within
from cgp_harness.probing.flag import FLOAT32_ARITHMETIC
from cgp_harness.probing.named_change import COST
from cgp_harness.probing.text import plural
from cgp_harness.task import Assignment, NamedMistake
from cgp_reference.rule import Rule

FIXED = "fixed"
"""A change after which a hyperparameter moves nothing, and still is charged: it has a use."""
GOES_ON = ("with", "without", "in", "begun")
"""A clause that begins so follows the title; any other follows a "but"."""
PAIRED = 2
"""Of the accepted answers, the first, where many mistakes have names: others are looked at with one
of these alone, without pairs and without any other change of the source. In Adam's first two there
are 6,000 changes, 1.3 s of CPU where no name fits."""
SEED = 0
"""Of where parameters begin, in runs that do not say it: no rule that looks at them is asked so."""


@dataclass(frozen=True)
class Candidate:
    """A right answer with at most one mistake that has a name, and the answer itself."""

    convention: str
    right: Mutant
    mutant: Mutant

    @property
    def simpler(self) -> tuple[Mutant, ...]:
        """Without what is wrong with it."""
        return (self.right,) if self.mutant.id else ()


def candidates(mutants: Mapping[str, Mutants]) -> tuple[Candidate, ...]:
    """The right answers, then each mistake in each of them, and whole wrong answers."""
    accepted = {name: one for name, one in mutants.items() if not one.wrong}
    first = next(iter(accepted.values())).right
    found = [Candidate(name, one.right, one.right) for name, one in accepted.items()]
    found += [Candidate(name, one.right, each)
              for name, one in accepted.items() for each in one.known]
    return (*found, *(Candidate("", first, one.right)
                      for one in mutants.values() if one.wrong and one.whole_answer))


def unmoved(mutants: Sequence[Mutant], names: Collection[str]) -> frozenset[str]:
    """Hyperparameters that move nothing in any of these, and are not just fixed in the code."""
    changes = [one for one in mutants if not _is_fixed(one)]
    return frozenset(name for one in changes for name in names if _is_unmoved(one, name))


def _is_fixed(one: Mutant) -> bool:
    in_source = one.change is not None and one.change.operator == FIXED
    return in_source or any(way.fixes for way in one.ways)


def _is_unmoved(mutant: Mutant, name: str) -> bool:
    """Whether another value of a hyperparameter changes no step."""
    run = mutant.confirming
    if name in run.schedule:
        moved = replace(run, schedule={
            **run.schedule, name: tuple(1.5 * one for one in run.schedule[name])})
    else:
        moved = replace(run, hyperparameters={
            **run.hyperparameters, name: near_by(1.1, run.hyperparameters[name])})
    return bool(np.array_equal(mutant.steps(run), mutant.steps(moved), equal_nan=True))


def mutants_of(assignment: Assignment, task: OptimizerTask) -> Mapping[str, Mutants]:
    """What each answer may become, the accepted ones first; the same object for the same homework.

    Raises:
        HarnessError: a mistake of `mistakes.toml` fits none of the answers, or is no wrong one.
    """
    home, origin = home_of(assignment, task)
    right = specified(assignment, task)
    own = tuple(one for one in home.mistakes if one.task == origin.id and not one.check)
    key = right, own
    if key not in _KNOWN:
        _KNOWN[key] = _mutants(home, origin, right, own)
    return _KNOWN[key]


_KNOWN: dict[tuple[Specified, tuple[NamedMistake, ...]], Mapping[str, Mutants]] = {}


def _mutants(
    home: Assignment, task: OptimizerTask, right: Specified, mistakes: tuple[NamedMistake, ...]
) -> Mapping[str, Mutants]:
    written = [_written(one, right) for one in mistakes if not one.answer]
    every = every_answer(home, task).conventions

    def made(
        one: Convention, text: str, wrong: Written | None = None, *,
        whole_answer: bool = False, paired: bool = False, changed: bool = False,
    ) -> Mutants:
        def with_defaults(rule: Rule) -> Rule:
            return replace(rule, hyperparameters=right.hyperparameters)

        return Mutants(
            with_defaults(one.written), text, flat=one.elementwise,
            whole=lambda run: right.whole(run, SEED),
            form=_as_it_is if one.rule is one.written else one_by_one,
            written=written, wrong=wrong, whole_answer=whole_answer, paired=paired,
            changed=changed)

    rich = any(one.known for one in mistakes)
    found = {
        name: made(one, home.solution, paired=index < PAIRED,
                   changed=index < PAIRED or not rich)
        for index, (name, one) in enumerate(right.conventions.items())}
    asked = " or ".join(filter(None, (one.phrase for one in right.conventions.values())))
    hint = f"This assignment asks for it {asked}." if asked else ""
    for name, one in every.items():
        if name not in found:
            found[name] = made(one, home.solution, Written(
                name, Said(one.phrase, one.phrase), hint))
    for wrong in mistakes:
        for name, one in _wrong_answers(wrong, task).items():
            found[f"{wrong.id}, {name}"] = made(one, wrong.answer, Written(
                wrong.id, Said(wrong.says, wrong.says), wrong.hint), whole_answer=True)
    for entry in written:
        unfit = [each.unfit[entry] for each in found.values() if entry in each.unfit]
        if len(unfit) == len(found):
            raise unfit[0]
    return found


def _as_it_is(rule: Rule) -> Rule:
    return rule


def _require_instead(one: NamedMistake, right: Specified, where: str) -> None:
    names = (GRADIENT, *right.hyperparameters, STEP)
    for name, code in one.instead:
        if name not in names:
            raise HarnessError(
                f"the rule is given no {name!r}", where=where,
                expected=f"some of {', '.join(names)}, and what each is instead")
        try:
            compile(code, "<instead>", "eval")
        except SyntaxError as error:
            raise HarnessError(
                f"{code!r} is no expression: {error.msg}", where=where,
                expected=f"code with {', '.join(names)} and {DEFAULT}") from error


def _written(one: NamedMistake, right: Specified) -> Written:
    way = None
    if one.instead:
        _require_instead(one, right, one.where)
        way = WayToRun(one.id, Said(one.says, one.says), COST, instead=one.instead)
    return Written(one.id, Said(one.says, one.says), one.hint, one.replaced, way, one.where)


def _wrong_answers(one: NamedMistake, task: OptimizerTask) -> Mapping[str, Convention]:
    """Each form of a whole wrong answer, as the file registers them; none of another mistake."""
    if not one.answer:
        return {}
    try:
        answers = of_text(one.answer).answers(task)
    except HarnessError as error:
        raise HarnessError(
            f"the wrong answer of {one.id!r} cannot be run: {error.what}", where=one.where,
            expected="a file that registers it as the solution does") from error
    if not answers:
        raise HarnessError(
            f"the wrong answer of {one.id!r} does not register {one.task!r}", where=one.where,
            expected=f"one answer below {kinds()[task.kind].above(task.id)}, as in {FILE}")
    return conventions(answers, {})


def sentence(
    assignment: Assignment, task: OptimizerTask, secret: Collection[str], named: Sequence[Mutant],
    shown: Shown, *, single: bool = False, title: str = "",
) -> Diagnosis:
    """A diagnosis in words: what the update is, how surely, and what to look at.

    Args:
        secret: names that no handout shows.
        named: what is wrong with it.
        single: it is computed in float32.
        title: of the rule that it is; the task's own if empty.
    """
    by_id = {one.id: one for one in known_words(assignment, task)}
    clauses = [told(one.said, assignment.reveal, secret) for one in named]
    words = list(dict.fromkeys(clauses))
    hints = [one.hint for one in named if one.hint]
    if single:
        one = by_id.get(FLOAT32_ARITHMETIC.id)
        words.append(one.says if one else FLOAT32_ARITHMETIC.phrase)
        hints.append(one.hint if one else FLOAT32_ARITHMETIC.hint)
    going_on = [one for one in words if one.partition(" ")[0] in GOES_ON]
    others = [one for one in words if one not in going_on]
    text = " ".join(filter(None, [
        "Your update is", title or short(task.title), _listed(going_on)]))
    if others:
        text += f", but {', and '.join(others)}"
    text += f", to within {within(shown.error)} on {shown.numbers} numbers"
    if shown.not_finite:
        are = "is" if shown.not_finite == 1 else "are"
        text += f"; {plural(shown.not_finite, 'other')} {are} not finite, as in that rule"
    flags = [one.id for one in named] + [FLOAT32_ARITHMETIC.id] * single
    written = {one.id for one in (*home_of(assignment, task)[0].mistakes, *assignment.mistakes)}
    made = {one.id: one.said.full for one in named
            if one.id not in written and (one.change or one.ways)}
    return Diagnosis(
        tuple(flags), " ".join([f"{text}.", *hints]), shown.error, made, of_source=bool(made))


def known_words(assignment: Assignment, task: OptimizerTask) -> tuple[NamedMistake, ...]:
    """What `mistakes.toml` says of mistakes that the harness finds itself."""
    home, origin = home_of(assignment, task)
    return tuple(one for one in home.mistakes if one.task == origin.id and one.known)


def short(title: str) -> str:
    """What a sentence calls a rule.

    >>> short("SGD with momentum (SGD+)"), short("Adam")
    ('SGD+', 'Adam')
    """
    return title[:-1].rpartition("(")[2] if title.endswith(")") and "(" in title else title


def _listed(phrases: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(phrases[:-1]), phrases[-1] if phrases else ""]))
