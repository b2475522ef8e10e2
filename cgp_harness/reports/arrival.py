"""What a platform told of a submission, as pages and tables show it."""

from __future__ import annotations

from collections.abc import Iterable

from cgp_harness.model import Student, SubmissionReport


def is_told(reports: Iterable[SubmissionReport]) -> bool:
    """Whether a platform has told anything of any of them."""
    return any(one.student or one.submitted_at or one.late is not None for one in reports)


def members(report: SubmissionReport) -> tuple[Student, ...]:
    """Who handed in: all of a group, the one, or nobody that is known."""
    return (report.student.group or (report.student,)) if report.student else ()


def who(report: SubmissionReport) -> str:
    """Names and addresses, where they are known.

    >>> from types import SimpleNamespace
    >>> ada = Student("Gradescope", "1", "Ada Lovelace", "ada@example.edu")
    >>> who(SimpleNamespace(student=Student("Gradescope", group=(ada, Student("Gradescope", "2")))))
    'Ada Lovelace, ada@example.edu'
    """
    told = (", ".join(filter(None, (one.name, one.email))) for one in members(report))
    return "; ".join(filter(None, told))


def when(report: SubmissionReport) -> str:
    """The time as it is told, and whether it was late: `2026-11-03 11:05:00, late`.

    By the policy, if it knows: what a platform calls late may be within an extension.
    """
    time = report.submitted_at.replace("T", " ").replace("Z", " UTC")
    found = report.lateness
    late = found.units > 0 if found and found.unit and not found.unknown else report.late
    return ", ".join(filter(None, (time, "late" if late else "")))
