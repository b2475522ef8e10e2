"""`index.html` for the staff, `students/<id>.html` for each student: no script, no resource.

Whatever came from a submission is escaped by jinja2's autoescape; the pages' own policy (CSP) would
still refuse scripts, images and connections if anything got through. Figures stand in the page
itself, so that it can be mailed alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from cgp_harness.model import BatchReport, CheckResult, SubmissionReport, Visibility
from cgp_harness.probing.text import file_part, percentage, plural, points, shown
from cgp_harness.reports import arrival, figures, outcome
from cgp_harness.reports.case import case_of
from cgp_harness.reports.groups import Group, groups
from cgp_harness.reports.whole_file import write_whole

INDEX = "index.html"
STUDENTS = "students"


def write(report: BatchReport, folder: Path) -> None:
    """Write `index.html` and a page per student into `folder`."""
    for submission in report.submissions:
        page = student_page(report, submission, _drawings(submission, folder))
        write_whole(folder / STUDENTS / file_name(submission.id), page.encode())
    write_whole(folder / INDEX, index_page(report).encode())


def file_name(student: str) -> str:
    """The page's file name.

    Raises:
        ValueError: an id that is no file name; collecting makes ids that are.
    """
    return f"{file_part(student)}.html"


def index_page(report: BatchReport) -> str:
    """The class: every submission, how they ended, which misconceptions are common."""
    # Our own fault is no score: it would pull the class average down.
    scored = [s for s in report.submissions if not outcome.has_grader_error(s)]
    statuses = Counter(
        "grader_error" if outcome.has_grader_error(s) else str(s.status)
        for s in report.submissions
    )
    return _environment().get_template("index.html.j2").render(
        report=report,
        statuses=sorted(statuses.items(), key=lambda item: -item[1]),
        flags=outcome.flag_counts(report.submissions), in_full=outcome.in_full(report.submissions),
        mean=sum(s.percent for s in scored) / len(scored) if scored else None,
        tasks=list(dict.fromkeys(c.task for s in report.submissions for c in s.checks)),
        groups=_groups(report), told=arrival.is_told(report.submissions),
    )


def _groups(report: BatchReport) -> list[dict[str, Any]]:
    """Per task, those that fail alike; by themselves those that have no name and are like no other.
    """
    checks = {
        (one.id, check.task, check.kind): check for one in report.submissions
        for check in one.checks}
    return [{
        "task": task,
        "alike": [(one, checks[one.smallest, task, one.check]) for one in each if _tells(one)],
        "alone": [one for one in each if not _tells(one)],
    } for task, found in groupby(groups(report.submissions), lambda one: one.task)
        for each in [list(found)]]


def _tells(group: Group) -> bool:
    return bool(group.diagnosis) or len(group.members) > 1


def student_page(
    report: BatchReport, submission: SubmissionReport,
    drawings: Mapping[str, Markup] = MappingProxyType({}),
) -> str:
    """One submission's checks, as far as the student may see them.

    Args:
        drawings: SVG by the names that `figures` of a check has; a figure without one is left out.
    """
    checks = [outcome.for_student(check) for check in submission.checks]
    return _environment().get_template("student.html.j2").render(
        report=report, submission=submission, drawings=drawings,
        tasks=[(task, _folded(list(group)))
               for task, group in groupby(checks, lambda check: check.task)],
    )


def _folded(checks: list[CheckResult]) -> list[CheckResult]:
    """A task's checks; those that were not run for one and the same reason are one entry."""
    folded: list[CheckResult] = []
    for check in checks:
        same = [one for one in checks if one.message == check.message and outcome.not_run(one)]
        if not outcome.not_run(check) or len(same) == 1:
            folded.append(check)
        elif check is same[0]:
            task, _, _ = check.title.partition(": ")
            names = ", ".join(one.title.partition(": ")[2] or one.title for one in same)
            folded.append(replace(
                check, title=f"{task}: {plural(len(same), 'check')} not run",
                score=sum(one.score for one in same),
                max_score=sum(one.max_score for one in same),
                message=f"{names}: {check.message.removeprefix(outcome.NOT_RUN)}"))
    return folded


def _stopper(checks: list[CheckResult]) -> CheckResult | None:
    """The first check of a task that did not pass, which the others may follow from."""
    return next((one for one in checks if one.status not in outcome.NOT_A_FINDING), None)


def _drawings(submission: SubmissionReport, folder: Path) -> dict[str, Markup]:
    """The figures that the student may see, of those that were drawn into `folder`."""
    names = [name for check in submission.checks for name in outcome.for_student(check).figures]
    return {
        name: figures.inline((folder / name).read_text("utf-8"))
        for name in names if (folder / name).is_file()
    }


@cache  # templates are compiled once, not for every page
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cgp_harness.reports", "templates"),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters.update(
        shown=shown, points=points, percentage=percentage, plural=plural,
        symbol=outcome.symbol, case=case_of,
        word=outcome.WORDS.__getitem__, link=_link, finding=outcome.first_finding,
        who=arrival.who, when=arrival.when, change=outcome.first_change,
        unofficial=outcome.unofficial, diagnosis=outcome.further_diagnosis,
        equation=outcome.further_equation, stopper=_stopper,
    )
    environment.tests.update(
        broken=outcome.has_grader_error, open=lambda check: check.visibility is Visibility.VISIBLE,
    )
    environment.globals.update(task_points=_task_points)
    return environment


def _link(student: str) -> str:
    """The address of a student's page, from the index."""
    return f"{STUDENTS}/{quote(file_name(student))}"


def _task_points(submission: SubmissionReport, task: str) -> dict[str, Any]:
    """Points of one task: got, most."""
    checks = [check for check in submission.checks if check.task == task]
    return {"got": sum(c.score for c in checks), "most": sum(c.max_score for c in checks)}
