"""What the checks `partials` and `backpropagation` have in common: stages, verdict, smallest graph.

A stage counts by itself, so that what is right is worth something; and neither check keeps the
other from running.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.earlier_graphs import (
    Kept,
    Wrong,
    is_right_renamed,
    kept_from,
)
from cgp_harness.kinds.backprop.probes.smaller import smallest
from cgp_harness.kinds.backprop.probes.stages import Stage, cases
from cgp_harness.kinds.backprop.probes.words import Difference, as_given, counterexample, listed
from cgp_harness.model import Diagnosis, Status
from cgp_harness.subject import SubjectError

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """One of the two methods, and how its answers are judged.

    Args:
        method: `forward` or `backward`.
        what: what it should have computed.
        stages: in the order of difficulty.
        ask: the answers to some cases, in one request.
        wrong: the numbers of an answer that are wrong.
        diagnose: names the mistake, from cases and answers.
        exact: whether an answer is no difference, so that its form is asked far out too.
        fair: whether a graph is one on which every right answer comes near enough.
    """

    method: str
    what: str
    stages: Sequence[Stage]
    ask: Callable[[Context, Sequence[Case]], Sequence[Answer]]
    wrong: Callable[[Case, Answer], list[Difference]]
    diagnose: Callable[[Sequence[Case], Sequence[Answer]], Diagnosis | None]
    exact: Callable[[Case, Answer], bool]
    fair: Callable[[Case], bool]


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """A stage, and what came of it: answers, or the error that they ended in."""

    stage: Stage
    cases: Sequence[Case]
    answers: Sequence[Answer]
    error: SubjectError | None
    right: bool


def judged(context: Context, question: Question[Any]) -> Outcome:
    """Ask all stages; each that is right throughout earns its share."""
    asked = []
    for stage in question.stages:
        one = _asked(context, question, stage)
        if one.error is not None and one.error.problem.status is not Status.STUDENT_ERROR:
            return replace(stopped(one.error.problem), blocks=False)  # a hang, or the end of it
        asked.append(one)
    wrong = [one for one in asked if not one.right]
    if not wrong:
        return passed()
    fraction = sum(one.stage.share for one in asked if one.right)
    outcome = _of_error(context, question, wrong[0]) if wrong[0].error else (
        _of_numbers(context, question, wrong[0], [one for one in asked if not one.error]))
    message = f"{_head(question, asked)}\n{outcome.message}"
    return replace(outcome, fraction=fraction, message=message)


def _asked(context: Context, question: Question[Any], stage: Stage) -> Asked[Any]:
    asked = cases(stage, context.seed)
    try:
        answers = question.ask(context, asked)
        given = dict(zip(asked, answers, strict=True))
        far = [
            one for near, others in stage.far if near in given and question.exact(near, given[near])
            for one in others]
        if far:
            asked, answers = (*asked, *far), (*answers, *question.ask(context, far))
    except SubjectError as error:
        return Asked(stage, asked, (), error, right=False)
    right = not any(
        question.wrong(case, answer) for case, answer in zip(asked, answers, strict=True))
    return Asked(stage, asked, answers, None, right)


def _head(question: Question[Any], asked: Sequence[Asked[Any]]) -> str:
    right = [one.stage.title for one in asked if one.right]
    wrong = [one.stage.title for one in asked if not one.right]
    if not right:
        return f"{question.method}() does not compute {question.what} on any kind of graph."
    return f"Right on {listed(right)}. Wrong on {listed(wrong)}."


def _of_numbers(
    context: Context, question: Question[Any], first: Asked[Any], answered: Sequence[Asked[Any]]
) -> Outcome:
    def fails(case: Case) -> bool:
        try:
            return question.fair(case) and bool(_wrong(context, question, [case]))
        except SubjectError as error:
            if error.problem.status is Status.STUDENT_ERROR:
                return False  # looked for is a wrong number; an exception has its own message
            raise

    begun, seen = next(
        (case, numbers) for case, answer in zip(first.cases, first.answers, strict=True)
        if (numbers := question.wrong(case, answer)))
    case = smallest(begun, fails)
    diagnosis = question.diagnose(
        [case for one in answered for case in one.cases],
        [answer for one in answered for answer in one.answers])
    # What explains every number needs no fresh process, unless there is a sign that it does.
    named = diagnosis is not None and bool(diagnosis.flags)
    is_wrong = _is_wrong(context, question)
    if not named or is_right_renamed(case, is_wrong):
        kept = kept_from(case, is_wrong, is_wrong, context.subject.restart)
        if kept is not None:
            return _of_kept(context, question, kept, seen if case == begun else [])
    found = _wrong(context, question, [case])
    if not found:  # answers that change from call to call
        case, found = begun, seen
    return failed(
        f"The smallest graph found:\n{as_given(case, question.method)}", diagnosis=diagnosis,
        counterexample=counterexample(context.task.id, question.method, case, found))


def _wrong(
    context: Context, question: Question[Any], asked: Sequence[Case]
) -> list[Difference]:
    """What is wrong on the last of some graphs, all of them asked in one request."""
    return question.wrong(asked[-1], question.ask(context, asked)[-1])


def _is_wrong(context: Context, question: Question[Any]) -> Wrong:
    return lambda asked: bool(_wrong(context, question, asked))


def _of_kept(
    context: Context, question: Question[Any], kept: Kept, seen: Sequence[Difference]
) -> Outcome:
    """What is right alone, and wrong after another: no mistake in the arithmetic is named."""
    if kept.first is not None:
        try:
            seen = _wrong(context, question, [kept.first, kept.case])
        except SubjectError as error:
            return _of_kept_error(context, question, kept, error)
    return failed(_words_of(kept, question.method), counterexample=counterexample(
        context.task.id, question.method, kept.case, seen, kept.first))


def _of_kept_error(
    context: Context, question: Question[Any], kept: Kept, error: SubjectError
) -> Outcome:
    message = f"{error.problem}\n{_words_of(kept, question.method)}"
    return replace(
        stopped(error.problem), blocks=False, message=message,
        counterexample=counterexample(
            context.task.id, question.method, kept.case, (), kept.first))


def _words_of(kept: Kept, method: str) -> str:
    last = as_given(kept.case, method)
    if kept.first is None:
        return (
            f"In a fresh process, {method}() is right on this graph; here it was wrong, after "
            f"others: something is kept from one call to the next, or left to chance.\n{last}")
    return (
        f"{method}() is right on each of these graphs if it comes first, and wrong on the second "
        "one after the first: something is kept from one call to the next, in the class, in a "
        "global name or in a default argument. Begin every call with dicts of its own.\n"
        f"First:\n{as_given(kept.first, method)}\nThen:\n{last}")


def _of_error(context: Context, question: Question[Any], first: Asked[Any]) -> Outcome:
    assert first.error is not None
    kind, last = first.error.kind, first.error

    def raises(case: Case) -> bool:
        nonlocal last
        try:
            question.ask(context, [case])
        except SubjectError as error:
            if error.kind == kind:
                last = error
            return error.kind == kind
        return False

    begun = next((case for case in first.cases if raises(case)), None)
    if begun is None:
        return replace(stopped(first.error.problem), blocks=False)
    case = smallest(begun, raises)
    kept = kept_from(
        case, lambda asked: not question.ask(context, asked), _is_wrong(context, question),
        context.subject.restart)
    if kept is None and not raises(case):
        return replace(stopped(first.error.problem), blocks=False)
    if kept is not None:
        return (_of_kept_error(context, question, kept, last) if kept.first is None
                else _of_kept(context, question, kept, ()))
    message = f"{last.problem}\nThe smallest graph found:\n{as_given(case, question.method)}"
    return replace(
        stopped(last.problem), blocks=False, message=message,
        counterexample=counterexample(context.task.id, question.method, case, ()))
