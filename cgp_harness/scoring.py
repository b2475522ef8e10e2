"""Points: arithmetic only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from cgp_harness.model import CheckResult
from cgp_harness.probing.text import half_up

Unit = Literal["day", "hour"]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def points(fraction: float, max_points: float) -> float:
    """What a share of a check's points is worth, to the hundredth, a half up."""
    return half_up(fraction * max_points, 2)


def total(checks: Sequence[CheckResult], max_score: float) -> tuple[float, float]:
    """Score, and the percentage that it is of `max_score` (0 if nothing counts)."""
    score = half_up(sum(check.score for check in checks), 2)
    return score, percentage(score, max_score)


def percentage(score: float, max_score: float) -> float:
    """What a score is of all points, to the hundredth, a half up; 0 if nothing counts."""
    return half_up(100 * score / max_score, 2) if max_score else 0.0


def counted(wanted: float, before: float, most: float = math.inf) -> float:
    """What comes of points that a person gives or takes off, where `before` are there.

    >>> counted(6.0, 5.0, 8.0), counted(-6.0, 5.0, 8.0)
    (3.0, -5.0)
    """
    # A bonus of an earlier adjustment is not taken away by the next.
    return round(min(max(before + wanted, 0.0), max(most, before)) - before, 2)


def ends(due: datetime, after: int, unit: Unit) -> datetime:
    """The moment, in UTC, at which the unit of that number after a due date ends; `due` for 0.

    A day ends at the time of day of the due date, by the clocks of its zone: where these are
    turned, one has 23 or 25 hours. Of a time that a clock shows twice, or never, the later counts.

    Args:
        due: with a zone.
    """
    if unit == "hour":
        return ends(due, 0, "day") + after * HOUR
    wall = due + after * DAY  # Python adds by the wall clock
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def units_late(due: datetime, submitted: datetime, unit: Unit, grace: timedelta) -> int:
    """How many days or hours have begun, after the due date and the grace; 0 in time.

    What comes at the last moment is in time; the grace is given once, before the first unit.

    >>> due, night = datetime(2026, 11, 3, 23, 59, tzinfo=UTC), timedelta(hours=24)
    >>> [units_late(due, due + late * night, "day", timedelta(0)) for late in (0, 1, 1.1)]
    [0, 1, 2]
    """
    at = submitted.astimezone(UTC) - grace
    whole = (at - ends(due, 0, unit)) // (DAY if unit == "day" else HOUR)
    units = max(0, whole - 1)
    while ends(due, units, unit) < at:
        units += 1
    return units


def late_percent(units: int, each: float, cap: float) -> float:
    """What so many units cost, in percent, and never more than `cap`."""
    return min(units * each, cap)


def late_points(percent: float, of: float, score: float) -> float:
    """Points that a penalty takes off a score: to the hundredth, and for the student.

    >>> late_points(10.0, 33.33, 33.33), late_points(10.0, 100.0, 4.0)
    (3.33, 4.0)
    """
    # A number of hundredths that arithmetic left a hair below a whole one is that one.
    return min(math.floor(round(percent * of, 6)) / 100, score)
