"""Where a wrong backpropagation is wrong: the change to its source that makes it right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from cgp_harness.checks.context import Context
from cgp_harness.checks.mended import WRONG, mended
from cgp_harness.checks.repairing import Sieve, found
from cgp_harness.kinds.backprop.asking import (
    backpropagated,
    backward_of,
    forward_of,
    propagated,
)
from cgp_harness.kinds.backprop.checks import backpropagation, partials
from cgp_harness.kinds.backprop.checks.stage_by_stage import Question, judged
from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.stages import cases
from cgp_harness.model import CheckResult, Diagnosis, Floats, Status
from cgp_harness.subject import SubjectError

Asked = tuple[Any, bytes, int, Callable[[Floats], Sequence[Any]]]
"""A request, its payload, how many numbers answer it, and what these say of each graph."""


def with_repairs(
    context: Context, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By check, its diagnosis with the place; nothing where none is found.

    Args:
        context: after all checks.
        results: of the task's checks.

    Raises:
        SubjectError: the worker is gone.
    """
    said = {}
    for check, question, ask in (
        ("partials", partials.QUESTION, _forward),
        ("backpropagation", backpropagation.QUESTION, _backward),
    ):
        if check in results and results[check].status in WRONG:
            one = found(
                context.subject.changes(context.task.kind, context.task.id),
                list(_sieves(context, question, ask)),
                partial(_holds, context, question))
            if diagnosis := mended(context, results[check], one):
                said[check] = diagnosis
    return said


def _holds(context: Context, question: Question[Any]) -> bool:
    return judged(context, question).status is Status.PASSED


def _sieves(
    context: Context, question: Question[Any], ask: Callable[[str, Sequence[Case]], Asked]
) -> Iterator[Sieve]:
    """The graph of fewest nodes that is wrong; then all that are asked."""
    stages = [cases(stage, context.seed) for stage in question.stages]
    single = sorted(
        dict.fromkeys(case for stage in stages for case in stage), key=lambda one: len(one.texts))
    first = next((case for case in single if _is_wrong(context, question, case)), None)
    for some in ([first], *stages) if first else ():
        yield _sieve(question, some, ask(context.task.id, some))


def _is_wrong(context: Context, question: Question[Any], case: Case) -> bool:
    try:
        return bool(question.wrong(case, question.ask(context, [case])[0]))
    except SubjectError as error:
        if error.problem.status is not Status.STUDENT_ERROR:
            raise
        return True


def _sieve(question: Question[Any], some: Sequence[Case], asked: Asked) -> Sieve:
    request, payload, size, read = asked

    def fits(answers: Floats) -> list[bool]:
        return [not any(question.wrong(case, answer)
                        for case, answer in zip(some, read(row), strict=True)) for row in answers]

    return Sieve(request, payload, size, fits)


def _forward(name: str, some: Sequence[Case]) -> Asked:
    asked = forward_of(name, [case.point for case in some])
    return *asked, lambda row: propagated(asked[0].graphs, iter(row.tolist()))


def _backward(name: str, some: Sequence[Case]) -> Asked:
    asked = backward_of(name, [case.seeded for case in some])
    return *asked, lambda row: backpropagated(asked[0].graphs, iter(row.tolist()), {})
