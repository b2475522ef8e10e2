"""When a submission was due, and how late it came, as far as somebody tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cgp_harness import scoring
from cgp_harness.errors import HarnessError
from cgp_harness.model import Lateness, SubmissionReport
from cgp_harness.policy.dates import moment
from cgp_harness.policy.policy import Dates, Policy


def iso(when: datetime) -> str:
    """ISO 8601 with its offset, to the second."""
    return when.isoformat(timespec="seconds")


def last(due: datetime) -> datetime:
    """A due date as the one moment that it is, in its zone."""
    return scoring.ends(due, 0, "hour").astimezone(due.tzinfo)


def first(came: datetime) -> datetime:
    """A time at which something came as one moment: of two that a clock shows alike, the first."""
    return min(came.replace(fold=fold).astimezone(UTC) for fold in (0, 1)).astimezone(came.tzinfo)


def due_of(policy: Policy, dates: Sequence[Dates]) -> datetime | None:
    """The student's own due date: the last that is given to any of a group."""
    if policy.due is None:
        return None
    return max([policy.due, *(one.due for one in dates if one.due)], key=last)


def closes(policy: Policy, due: datetime) -> datetime:
    """The last moment that is in time."""
    return last(due) + (policy.late.grace if policy.late else timedelta(0))


def judged(report: SubmissionReport, policy: Policy, due: datetime) -> Lateness:
    """How late a submission came, and what that costs.

    Args:
        due: its own.
    """
    extended = policy.due is not None and last(due) > last(policy.due)
    shown, late = iso(last(due)), policy.late
    submitted, unknown = _submitted(report, policy)
    if late is None:
        return Lateness(shown, extended)
    if submitted is None:
        return Lateness(shown, extended, unit=late.per, of=late.of, unknown=unknown)
    # A day ends by the clock of its due date: between that of the class and a later one it may be
    # turned, and an extension would cost a day.
    units = min(scoring.units_late(one, submitted, late.per, late.grace)
                for one in (policy.due or due, due))
    percent = scoring.late_percent(units, late.percent, late.cap)
    return Lateness(shown, extended, units, late.per, percent, late.of)


def _submitted(report: SubmissionReport, policy: Policy) -> tuple[datetime | None, str]:
    """When it came; else why nobody can say how late that is, and nothing if it was in time."""
    who = report.student.platform if report.student else "the platform"
    if not report.submitted_at:
        if report.late is None:
            return None, "nobody says when it came"
        return None, f"{who} says that it was late, and not when it came" if report.late else ""
    try:
        return first(moment(report.submitted_at, policy.zone, "")), ""
    except HarnessError as error:
        without = "has no time zone" in error.what
        return None, f"{who} says when it came without a time zone, and the policy names none" if (
            without) else f"the time that {who} says cannot be read"
