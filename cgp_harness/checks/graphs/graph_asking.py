"""What the checks `partials` and `backpropagation` have in common: stages, verdict, smallest graph.

A stage counts by itself, so that what is right is worth something; and neither check keeps the
other from running.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from cgp_harness.checks import search
from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.checks.graphs.graph_case import Case
from cgp_harness.checks.graphs.graph_stages import Stage, cases
from cgp_harness.checks.graphs.graph_words import Difference, as_given, counterexample, listed
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
    """

    method: str
    what: str
    stages: Sequence[Stage]
    ask: Callable[[Context, Sequence[Case]], Sequence[Answer]]
    wrong: Callable[[Case, Answer], list[Difference]]
    diagnose: Callable[[Sequence[Case], Sequence[Answer]], Diagnosis | None]


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
    drawn = cases(stage, context.seed)
    try:
        answers = question.ask(context, drawn)
    except SubjectError as error:
        return Asked(stage, drawn, (), error, right=False)
    right = not any(
        question.wrong(case, answer) for case, answer in zip(drawn, answers, strict=True))
    return Asked(stage, drawn, answers, None, right)


def _head(question: Question[Any], asked: Sequence[Asked[Any]]) -> str:
    right = [one.stage.title for one in asked if one.right]
    wrong = [one.stage.title for one in asked if not one.right]
    if not right:
        return f"{question.method}() does not compute {question.what} on any kind of graph."
    return f"Right on {listed(right)}. Wrong on {listed(wrong)}."


def _of_numbers(
    context: Context, question: Question[Any], first: Asked[Any], answered: Sequence[Asked[Any]]
) -> Outcome:
    def wrong(case: Case) -> list[Difference]:
        try:
            return question.wrong(case, question.ask(context, [case])[0])
        except SubjectError as error:
            if error.problem.status is Status.STUDENT_ERROR:
                return []  # looked for is a wrong number; an exception has its own message
            raise

    smallest = _smallest(first, context.seed, lambda case: bool(wrong(case)))
    found = wrong(smallest) if smallest else []
    if smallest is None or not found:  # answers that change from call to call
        smallest, found = next(
            (case, numbers) for case, answer in zip(first.cases, first.answers, strict=True)
            if (numbers := question.wrong(case, answer)))
    diagnosis = question.diagnose(
        [case for one in answered for case in one.cases],
        [answer for one in answered for answer in one.answers])
    return failed(
        f"The smallest graph found:\n{as_given(smallest, question.method)}", diagnosis=diagnosis,
        counterexample=counterexample(context.task.id, question.method, smallest, found))


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

    smallest = _smallest(first, context.seed, raises)
    if smallest is None or not raises(smallest):
        return replace(stopped(first.error.problem), blocks=False)
    message = f"{last.problem}\nThe smallest graph found:\n{as_given(smallest, question.method)}"
    return replace(
        stopped(last.problem), blocks=False, message=message,
        counterexample=counterexample(context.task.id, question.method, smallest, ()))


def _smallest(asked: Asked[Any], seed: int, fails: Callable[[Case], bool]) -> Case | None:
    return search.smallest_failure(asked.stage.cases, seed, fails, size=lambda case: case.size)
