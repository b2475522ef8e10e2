"""A check that failed: what was answered to its fixed run, and the name that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.checks.grading import grading_of
from cgp_harness.installed import kinds
from cgp_harness.model import Diagnosis, Numbers, Status, SubmissionReport
from cgp_harness.probing.fixed_run import alike, plain
from cgp_harness.subject import SubjectError
from cgp_harness.task import NamedMistake


def with_answers(check: str, context: Context, outcome: Outcome) -> Outcome:
    """The outcome with the answers to the check's fixed run, if it failed and they are wrong.

    Those that the assignment gives a name to have it, unless the check has named them itself: a
    mistake of the bank is known better than by a few numbers. A name that is made from the
    solution's source gives way.
    """
    if outcome.status is not Status.FAILED:
        return outcome
    answers = _asked(check, context.knowing(outcome.learned))
    place = (context.task.id, check)
    return replace(outcome, answers=answers, diagnosis=_name(
        context.assignment.mistakes, place, answers, outcome.diagnosis))


def named(report: SubmissionReport, mistakes: Sequence[NamedMistake]) -> SubmissionReport:
    """A report whose answers have the names that these give them; nothing is run for it.

    Args:
        report: of a grading that did not know these names.
        mistakes: those of other kinds than named answers are passed over.
    """
    return replace(report, checks=tuple(
        replace(one, diagnosis=_name(mistakes, (one.task, one.kind), one.answers, one.diagnosis))
        for one in report.checks))


def _name(
    mistakes: Sequence[NamedMistake], place: tuple[str, str], answers: Numbers,
    found: Diagnosis | None,
) -> Diagnosis | None:
    """What was found, or the name that goes with the answers of a task's check."""
    if not answers or (found and found.flags and not found.of_source):
        return found
    return next((
        Diagnosis((one.id,), said(one)) for one in mistakes
        if (one.task, one.check) == place and alike(answers, one.answers)), found)


def said(mistake: NamedMistake) -> str:
    """What students are told of it: what it is, and what to look at.

    >>> said(NamedMistake("cubed", "adam", "the gradient is cubed", "Eq. 38 squares it."))
    'What differs: the gradient is cubed. Eq. 38 squares it.'
    """
    end = "" if mistake.says.endswith((".", "!", "?")) else "."
    return f"What differs: {mistake.says}{end} {mistake.hint}".rstrip()


def _asked(check: str, context: Context) -> Numbers:
    """The answers; none where they are right, or there are none."""
    ask = grading_of(kinds()[context.task.kind]).fixed_runs.get(check)
    try:
        found = None if ask is None else ask(context)
    except SubjectError:  # the verdict stands, and is not about this run
        return ()
    return () if found is None else plain(found.ravel().tolist())
