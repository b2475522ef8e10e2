"""Each step from graded points to the score as one line, for pages and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cgp_harness.model import Adjustment, BatchReport, SubmissionReport
from cgp_harness.probing.text import plural, points


@dataclass(frozen=True)
class Line:
    """One step.

    Args:
        what: in words.
        points: that it adds, or takes off.
        check: the id of the check that it is of; empty if of none.
    """

    what: str
    points: float
    check: str = ""


def lines(report: SubmissionReport) -> tuple[Line, ...]:
    """From the checks to the score; none where the score is that of the checks."""
    if not report.adjustments and not report.late_penalty:
        return ()
    return tuple(_lines(report))


def _lines(report: SubmissionReport) -> Iterator[Line]:
    yield Line("checks", round(sum(check.score for check in report.checks), 2))
    for one in report.adjustments:
        yield Line(reason(one), one.counted, one.check)
    if report.late_penalty:
        yield Line(late(report), -report.late_penalty)


def reason(one: Adjustment) -> str:
    """Why points are given or taken, and how many of them count where not all do."""
    if one.counted == one.points:
        return one.why
    counts = "counts" if abs(one.counted) == 1 else "count"
    return f"{one.why} ({signed(one.points)}, of which {signed(one.counted)} {counts})"


def late(report: SubmissionReport) -> str:
    """How late it was and what that costs: `2 days late, 20 % of the score`; empty if in time."""
    found = report.lateness
    if found is None or not found.unit:
        return ""
    if found.unknown:
        return f"no late penalty: {found.unknown}"
    of = "the score" if found.of == "score" else "all points"
    return f"{amount(report)} late, {found.percent:g} % of {of}" if found.units else ""


def amount(report: SubmissionReport) -> str:
    """`2 days`, or nothing."""
    found = report.lateness
    return plural(found.units, found.unit) if found and found.units else ""


def due(report: SubmissionReport) -> str:
    """The student's own due date, `2026-11-03 23:59 UTC-05:00, extended`; empty without one."""
    found = report.lateness
    return f"{clock(found.due)}{', extended' if found.extended else ''}" if found else ""


def clock(iso: str) -> str:
    """A time as people read it.

    >>> clock("2026-11-03T23:59:00-05:00"), clock("2026-11-03T23:59:30Z")
    ('2026-11-03 23:59 UTC-05:00', '2026-11-03 23:59:30 UTC')
    """
    day, _, time = iso.partition("T")
    wall, zone = time[:8].removesuffix(":00"), time[8:]
    return f"{day} {wall} {f'UTC{zone}' if zone not in ('Z', '+00:00', '') else 'UTC' * bool(zone)}"


def signed(value: float) -> str:
    """Points that are added or taken off: `+2.5`, `-1`, `0`."""
    return f"{'+' if value > 0 else ''}{points(value)}"


def summary(report: BatchReport) -> str:
    """The class in one line: `policy.toml: 3 late, 1 extended, 2 adjusted`; empty without one."""
    if report.policy is None:
        return ""
    found = [one.lateness for one in report.submissions if one.lateness]
    counts = {
        "late": sum(one.units > 0 for one in found),
        "of unknown time": sum(bool(one.unknown) for one in found),
        "extended": sum(one.extended for one in found),
        "adjusted": sum(bool(one.adjustments) for one in report.submissions),
        "with comments": sum(bool(one.comments) for one in report.submissions)}
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    begin = f"due {clock(report.policy.due)}" if report.policy.due else ""
    return f"{report.policy.file}: {'; '.join(filter(None, (begin, said or 'changes no score')))}"
