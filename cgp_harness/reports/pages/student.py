"""The page of one submission: what lost points first, then what was right, then the source."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from cgp_harness.model import (
    PUBLIC_SEED,
    BatchReport,
    CheckResult,
    Status,
    SubmissionReport,
)
from cgp_harness.probing.text import plural, shown
from cgp_harness.reports import absent, outcome
from cgp_harness.reports.account.lines import due, late, lines
from cgp_harness.reports.pages.equations import Equation, equations
from cgp_harness.reports.pages.layout import rendered
from cgp_harness.reports.pages.listing import Line, Sources


@dataclass(frozen=True)
class Finding:
    """A check that did not pass, as the page shows it.

    Args:
        message, diagnosis: with links to lines.
        place: the first line that it names, and its neighbours; None if it names none.
        equations: those that were missed, unless a check above shows them.
        more: the command that says more of the mistake; empty without one.
        replay: the command that runs the smallest case again; empty without one.
        figures: elements.
        repeated: what is to be seen in its place, where it only repeats that; else empty.
    """

    check: CheckResult
    message: Markup
    diagnosis: Markup
    place: tuple[str, tuple[Line, ...]] | None
    equations: tuple[Equation, ...]
    citation: str
    more: str
    replay: str
    figures: tuple[Markup, ...]
    repeated: str = ""


@dataclass(frozen=True)
class Task:
    """A task's checks; `title` is what stands before the colon in theirs."""

    id: str
    title: str
    score: float
    max_score: float
    findings: tuple[Finding, ...]
    skipped: tuple[CheckResult, ...]
    passed: tuple[tuple[CheckResult, Markup, tuple[Markup, ...]], ...]

    @property
    def lost(self) -> float:
        """Points that it did not get."""
        return self.max_score - self.score

    @property
    def missed(self) -> bool:
        """Whether there is something to mend, or to know."""
        return bool(self.findings or self.skipped)


def page(
    report: BatchReport, submission: SubmissionReport, drawn: Mapping[str, str], folder: str
) -> str:
    """One submission's checks, as far as the student may see them.

    Args:
        drawn: SVG by the names that `figures` of a check has; one without is left out.
        folder: that the reports are in, as one types it, for commands; empty if it is kept
            nowhere.
    """
    checks = [outcome.for_student(check) for check in submission.checks]
    texts = [*submission.notes, *(check.message for check in checks), *(
        check.diagnosis.text for check in checks if check.diagnosis)]
    sources = Sources.of(submission.sources, texts)
    place = f"{shlex.quote(folder)} {shlex.quote(submission.id)}" if folder else ""
    results = {check.id: check for check in submission.checks}
    repeated = {check.id: outcome.repeated(check, results) for check in submission.checks}
    of_files, unwritten = absent.is_of_files(submission), absent.unwritten(submission)
    tasks = [
        _task(list(group), sources, report, place, drawn, repeated)
        for _, group in groupby(checks, lambda check: check.task)]
    return rendered(
        "student.html.j2", report=report, submission=submission,
        notes=[
            (sources.linked(note), sources.around(note)) for note in absent.notes(submission)],
        unjudged=checks if of_files else [],
        missed=[] if of_files else [
            task for task in tasks if task.missed and task.id not in unwritten],
        unwritten=[one for one in checks if one.task in unwritten],
        unwritten_tasks=[task.title for task in tasks if task.id in unwritten],
        right=[] if of_files else [task for task in tasks if not task.missed],
        listings=list(sources.listings()), account=lines(submission), late=late(submission),
        due=due(submission), comments=submission.comments,
        titles={check.id: check.title for check in checks},
        seed=report.environment.seed if report.environment.seed == PUBLIC_SEED else None,
    )


def _task(
    checks: Sequence[CheckResult], sources: Sources, report: BatchReport, place: str,
    drawn: Mapping[str, str], repeated: Mapping[str, str],
) -> Task:
    findings, homework = list[Finding](), outcome.homework_of(report.assignment)
    for check in checks:
        if check.status not in outcome.NOT_A_FINDING:
            # What else fails follows from what failed first: the equations stand there, once.
            cites = not any(one.equations or one.citation for one in findings)
            missed = equations(check, report.assignment.equations) if cites else ()
            found = replace(
                _finding(check, sources, missed, place, drawn, homework),
                repeated=repeated[check.id])
            findings.append(found if cites else replace(found, citation=""))
    title, separator, _ = checks[0].title.partition(": ")
    return Task(
        checks[0].task, title if separator else checks[0].task,
        sum(check.score for check in checks), sum(check.max_score for check in checks),
        tuple(findings), tuple(_folded(checks)), tuple(
            (check, sources.linked(check.message), _figures(check, drawn))
            for check in checks if check.status is Status.PASSED))


def _finding(
    check: CheckResult, sources: Sources, missed: tuple[Equation, ...], place: str,
    drawn: Mapping[str, str], homework: str,
) -> Finding:
    text = outcome.further_diagnosis(check)
    return Finding(
        check, sources.linked(check.message), sources.linked(text),
        sources.around(f"{check.message}\n{text}"), missed,
        outcome.further_equation(check) if not any(one.name for one in missed) else "",
        outcome.explained(check, homework),
        f"cgp replay {place} {shlex.quote(check.id)}" if check.counterexample and place else "",
        _figures(check, drawn))


def _figures(check: CheckResult, drawn: Mapping[str, str]) -> tuple[Markup, ...]:
    return tuple(Markup(drawn[name]) for name in check.figures if name in drawn)


def _folded(checks: Sequence[CheckResult]) -> Iterator[CheckResult]:
    """Those that were not run; of several with one and the same reason, one entry."""
    waiting = [check for check in checks if check.status is Status.SKIPPED]
    for message, group in groupby(waiting, lambda check: check.message):
        same = list(group)
        if len(same) == 1 or not outcome.not_run(same[0]):
            yield from same
            continue
        names = ", ".join(one.title.partition(": ")[2] or one.title for one in same)
        yield replace(
            same[0], title=f"{plural(len(same), 'check')} not run",
            score=sum(one.score for one in same), max_score=sum(one.max_score for one in same),
            message=f"{shown(names)}: {message.removeprefix(outcome.NOT_RUN)}")
