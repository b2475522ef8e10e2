"""What is shown last, where the eye ends: the score, what is not right yet, what to mend first.

Checks are shown as they end, so this comes below them. It says of no check what stands above
already, but where to begin; and what is known only once all is judged, such as the one change that
makes a rule right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.text import Text

from cgp_harness.model import CheckResult, Status, SubmissionReport
from cgp_harness.probing.text import plural, points, shown
from cgp_harness.reports.absent import is_of_files, notes, unwritten, visible
from cgp_harness.reports.checked.lines import (
    check_lines,
    not_run_line,
    not_run_lines,
    note_lines,
    unwritten_lines,
)
from cgp_harness.reports.outcome import NOT_A_FINDING, has_grader_error, not_run, repeated
from cgp_harness.reports.terminal import WIDTH, row, wrapped

Said = Mapping[str, CheckResult]
"""Checks as they were shown when they ended, by id."""


def submission_lines(
    report: SubmissionReport, width: int = WIDTH, *, brief: bool = False, verbose: bool = False,
    homework: str = "",
) -> Iterator[Text]:
    """All that is shown of a submission, its checks in the order of the report.

    Args:
        brief: what is shown last, and no more.
        verbose: what each check found, whatever came of it.
        homework: as `-a` takes it.
    """
    results = {check.id: check for check in visible(report)}
    absent = unwritten(report)
    if not brief and not is_of_files(report):
        for check in results.values():
            if not not_run(check) and check.task not in absent:
                yield from check_lines(
                    check, width, repeated=repeated(check, results), verbose=verbose,
                    homework=homework, sources=report.sources)
    yield from closing_lines(report, results, width)


def closing_lines(report: SubmissionReport, said: Said, width: int = WIDTH) -> Iterator[Text]:
    """What is shown last."""
    checks = visible(report)
    results = {check.id: check for check in checks}
    absent = unwritten(report)
    yield from note_lines(notes(report), width, report.sources, report.marks)
    if is_of_files(report):
        yield not_run_line(checks, width)
    else:
        yield from not_run_lines(
            [one for one in checks if not_run(one) and one.task not in absent], width)
        yield from unwritten_lines([one for one in checks if one.task in absent], width)
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
        one for one in checks if one.status not in NOT_A_FINDING and one.task not in absent]
    if len(wrong) > 1:
        ours = all(one.status is Status.GRADER_ERROR for one in wrong)
        said_of = "not judged" if ours else "not right yet"
        yield from wrapped(f"{said_of}: {', '.join(_counted(wrong))}", width, indent="")
    begin = [*(one for one in wrong if not repeated(one, results)), *absent.values()]
    first = next(iter(begin), None)
    if first is not None:
        yield Text(f"first: {shown(first.title)}", "bold")
        yield from wrapped(_where_to_begin(first, said.get(first.id, first)), width)


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
