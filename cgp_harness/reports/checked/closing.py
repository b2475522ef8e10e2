"""What is shown last, where the eye ends: the score, what is not right yet, what to mend first.

Checks are shown as they end, so this comes below them. It says of no check what stands above
already, but where to begin; and what is known only once all is judged, such as the one change that
makes a rule right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby

from rich.text import Text

from cgp_harness.model import CheckResult, Status, SubmissionReport, Visibility
from cgp_harness.probing.text import plural, points, shown
from cgp_harness.reports.checked.lines import (
    check_lines,
    is_unwritten,
    names_no_other,
    not_run_line,
    not_run_lines,
    note_lines,
    unwritten_lines,
)
from cgp_harness.reports.outcome import NOT_A_FINDING, has_grader_error, not_run, repeated
from cgp_harness.reports.terminal import WIDTH, row, wrapped

NO_PROGRAM = ("SyntaxError", "IndentationError", "TabError")
MISSING = " are not registered"
ABSENT = re.compile(r"no [^\n]+ is registered as '[^\n]+'|the submission could not be read")
"""What a check says of something that is missing, if it says no more."""

Said = Mapping[str, CheckResult]
"""Checks as they were shown when they ended, by id."""


def submission_lines(
    report: SubmissionReport, width: int = WIDTH, *, brief: bool = False, verbose: bool = False,
    folder: str = "",
) -> Iterator[Text]:
    """All that is shown of a submission, its checks in the order of the report.

    Args:
        brief: what is shown last, and no more.
        verbose: what each check found, whatever came of it.
        folder: that the homework is in, if it is not installed.
    """
    results = {check.id: check for check in visible(report)}
    if not brief and not is_of_files(report):
        for check in results.values():
            if not not_run(check) and not is_unwritten(check, tasks_of(report)):
                yield from check_lines(
                    check, width, repeated=repeated(check, results), verbose=verbose,
                    folder=folder)
    yield from closing_lines(report, results, width)


def closing_lines(report: SubmissionReport, said: Said, width: int = WIDTH) -> Iterator[Text]:
    """What is shown last."""
    checks = visible(report)
    results = {check.id: check for check in checks}
    unwritten = {} if is_of_files(report) else {
        one.task: one for one in checks if is_unwritten(one, tasks_of(report))}
    yield from note_lines(
        _notes(report, unwritten), width, report.sources if is_of_files(report) else (),
        report.marks)
    if is_of_files(report):
        yield not_run_line(checks, width)
    else:
        yield from not_run_lines(
            [one for one in checks if not_run(one) and one.task not in unwritten], width)
        yield from unwritten_lines([one for one in checks if one.task in unwritten], width)
    score, most = sum(c.score for c in checks), sum(c.max_score for c in checks)
    yield Text()
    said_of_it = "none: the grader failed" if has_grader_error(report) else (
        f"{points(score)} / {points(most)}")
    yield Text(row("score", said_of_it, width), "bold")
    hidden = len(report.checks) - len(checks)
    if hidden:
        yield Text(f"{plural(hidden, 'further check')} not shown before grading", "dim")
    if is_of_files(report):
        return
    wrong = [
        one for one in checks if one.status not in NOT_A_FINDING and one.task not in unwritten]
    if len(wrong) > 1:
        ours = all(one.status is Status.GRADER_ERROR for one in wrong)
        said_of = "not judged" if ours else "not right yet"
        yield from wrapped(f"{said_of}: {', '.join(_counted(wrong))}", width, indent="")
    begin = [*(one for one in wrong if not repeated(one, results)), *unwritten.values()]
    first = next(iter(begin), None)
    if first is not None:
        yield Text(f"first: {shown(first.title)}", "bold")
        yield from wrapped(_where_to_begin(first, said.get(first.id, first)), width)


def visible(report: SubmissionReport) -> list[CheckResult]:
    """Its visible checks."""
    return [check for check in report.checks if check.visibility is Visibility.VISIBLE]


def tasks_of(report: SubmissionReport) -> set[str]:
    """The ids of all tasks that it has checks of."""
    return {check.task for check in report.checks}


def is_of_files(report: SubmissionReport) -> bool:
    """Whether nothing could be asked of it, so that all that there is to say is of its files."""
    stopped = report.status not in (Status.GRADED, Status.GRADER_ERROR) and bool(report.notes)
    return stopped and all(
        not_run(one) or ABSENT.fullmatch(one.message) for one in visible(report))


def _notes(report: SubmissionReport, unwritten: Collection[str]) -> list[str]:
    """What was met while it was loaded; that all is missing follows from a file that is no program,
    and what is counted as not written yet is said there.
    """
    unread = is_of_files(report) and any(
        error in note for note in report.notes for error in NO_PROGRAM)
    return [note for note in report.notes if not (
        note.partition("\n")[0].endswith(MISSING)
        and (unread or (unwritten and names_no_other(note, tasks_of(report)))))]


def _counted(wrong: list[CheckResult]) -> Iterator[str]:
    for task, checks in groupby(wrong, lambda one: one.task):
        yield f"{shown(task)} ({plural(len(list(checks)), 'check')})"


def _where_to_begin(check: CheckResult, said: CheckResult) -> str:
    """What is known since, else the first that was said, with its place."""
    now, before = (one.diagnosis.text if one.diagnosis else "" for one in (check, said))
    if now != before and now.startswith(before):
        return now[len(before):].strip()
    lines = check.message.split("\n")
    at = next((i for i, line in enumerate(lines) if re.match(r" +at ", line)), 0)
    # What is raised stands right above its place, and above that maybe on what it was raised.
    what, place = lines[max(0, at - 1)], lines[at] if at else ""
    named = re.split(r"\. (?=[A-Z])", now, maxsplit=1)[0].rstrip(".")
    return f"{named}." if named else f"{what}\n{place}".rstrip()
