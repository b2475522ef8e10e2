"""A policy as its files say it, read and typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Literal

import msgspec

from cgp_harness.assignment.typed import Place
from cgp_harness.probing.text import plural


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What coming late costs: the table `[late]`.

    Attributes:
        percent: for each day or hour that has begun.
        per: which of the two.
        cap: percent, at most.
        grace_minutes: minutes after the due date that cost nothing; the first unit begins then.
        of: what the percent are of: the score that was earned, or all points of the assignment.
    """

    percent: Annotated[float, msgspec.Meta(gt=0, le=100)]
    per: Literal["day", "hour"] = "day"
    cap: Annotated[float, msgspec.Meta(gt=0, le=100)] = 100.0
    grace_minutes: Annotated[int, msgspec.Meta(ge=0, le=60 * 24 * 366)] = 0
    of: Literal["score", "max_score"] = "score"

    @property
    def grace(self) -> timedelta:
        """As a length of time."""
        return timedelta(minutes=self.grace_minutes)

    def __str__(self) -> str:
        """In words.

        >>> str(Late(10, cap=50, grace_minutes=15))
        '10 % of the score for each day begun, at most 50 %, after 15 minutes of grace'
        """
        whole = "the score" if self.of == "score" else "all points"
        cap = f", at most {self.cap:g} %" if self.cap < 100 else ""
        grace = (f", after {plural(self.grace_minutes, 'minute')} of grace"
                 if self.grace_minutes else "")
        return f"{self.percent:g} % of {whole} for each {self.per} begun{cap}{grace}"


@dataclass(frozen=True)
class Dates:
    """What a table of extensions says of one student.

    Args:
        student: as it is written there.
        due: the student's own due date, not before the class's; None if it is the class's.
        submitted: when the submission came, where no platform tells; None if it does.
        where: the place, for messages.
    """

    student: str
    due: datetime | None
    submitted: datetime | None
    where: str


@dataclass(frozen=True)
class Given:
    """Points or a comment for one student, or for `*`: all.

    Args:
        text: why, or the comment.
        points: None for a comment.
        check: an id; empty: the submission as a whole.
        where: as a text the place, for messages.
    """

    student: str
    text: str
    points: float | None = None
    check: str = ""
    where: str | Place = ""


@dataclass(frozen=True)
class Policy:
    """All that the files say.

    Args:
        file: where it was read, for people.
        due: of the class, with a zone.
        zone: of times that have none; None: nobody says.
        late: what coming late costs; None: nothing.
        extensions: the table's file, for messages.
        published: whether `after_published` is now.
    """

    file: str = "policy.toml"
    due: datetime | None = None
    zone: tzinfo | None = None
    late: Late | None = None
    extensions: str = ""
    dates: tuple[Dates, ...] = ()
    given: tuple[Given, ...] = ()
    published: bool = False
