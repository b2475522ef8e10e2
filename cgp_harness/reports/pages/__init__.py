"""`index.html` and `compare.html` for the staff, `students/ID.html` for each student.

A page is one file that fetches nothing: it can be mailed alone. Whatever came from a submission is
escaped by jinja2's autoescape; the pages' own policy (CSP) allows one script and one style, by
their hashes, and would refuse anything else that got through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from cgp_harness.model import BatchReport, SubmissionReport
from cgp_harness.reports import figures
from cgp_harness.reports.pages.names import COMPARE, INDEX, STUDENTS, file_name
from cgp_harness.reports.whole_file import write_whole

NO_FIGURES: Mapping[str, str] = MappingProxyType({})


def write(report: BatchReport, folder: Path) -> tuple[str, ...]:
    """Write all pages into `folder`, without figures; those of submissions that are gone go too.

    Returns:
        A note for the staff, if pages were removed.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    # jinja2 takes 0.1 s to import, which commands that write no page do not wait for.
    from cgp_harness.reports.pages import comparing, course, stale

    write_whole(folder / INDEX, course.page(report).encode())
    write_whole(folder / COMPARE, comparing.page(report).encode())
    for submission in report.submissions:
        _write_student(report, submission, folder, NO_FIGURES)
    return stale.removed(folder, {file_name(one.id) for one in report.submissions})


def draw(
    report: BatchReport, folder: Path, *, pages: bool = True,
    on_done: Callable[[SubmissionReport], None] = lambda report: None,
) -> None:
    """Draw all figures into `folder`, and put those that a student may see onto the page.

    One submission after the other: what is there stays whole when this is stopped.

    Args:
        pages: whether there are any.
        on_done: told of each submission that has its figures.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    for submission in report.submissions:
        drawn = figures.write(submission, folder)
        if pages and drawn:
            _write_student(report, submission, folder, drawn)
        on_done(submission)


def alone(report: BatchReport) -> str:
    """The page of the one submission of a student's own run, with its figures."""
    from cgp_harness.reports.pages import student

    [own] = figures.listed(report).submissions
    return student.page(report, own, figures.drawn(own), "")


def _write_student(
    report: BatchReport, submission: SubmissionReport, folder: Path, drawn: Mapping[str, str]
) -> None:
    from cgp_harness.reports.pages import student

    text = student.page(report, submission, drawn, _typed(folder.resolve()))
    write_whole(folder / STUDENTS / file_name(submission.id), text.encode())


def _typed(folder: Path) -> str:
    """How a command names the folder here; of one elsewhere students need not know where it is."""
    below = folder != Path.cwd() and folder.is_relative_to(Path.cwd())
    return str(folder.relative_to(Path.cwd())) if below else folder.name
