"""What stands between the points of the checks and the score that counts; nothing of it is graded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lateness:
    """When a submission was due, and what came of its coming later.

    Args:
        due: the student's own due date, ISO 8601 with an offset.
        extended: whether it is an extension of the class's.
        units: days or hours that had begun after it and the grace; 0 if it came in time.
        unit: `day` or `hour`; empty if coming late costs nothing.
        percent: what that costs, of `of`.
        of: `score`, what was earned; or `max_score`.
        unknown: why nobody can say how late it was; nothing is taken off then.
    """

    due: str
    extended: bool = False
    units: int = 0
    unit: str = ""
    percent: float = 0.0
    of: str = ""
    unknown: str = ""


@dataclass(frozen=True)
class Adjustment:
    """Points that a person gives, or takes off.

    Args:
        points: as they were written.
        counted: what came of them: no check has more than its points, and nothing less than 0.
        why: for the student.
        check: the id of the check; empty if it is of the submission as a whole.
    """

    points: float
    counted: float
    why: str
    check: str = ""


@dataclass(frozen=True)
class Comment:
    """What a person says to the student, of a check or (empty) of the submission as a whole."""

    text: str
    check: str = ""


@dataclass(frozen=True)
class PolicyInfo:
    """By what the scores of a class became what they are.

    Args:
        file: the instructor's.
        due: the class's due date, ISO 8601 with an offset; empty if there is none.
        late: what coming late costs, in words; empty if nothing.
        published: whether checks that are `after_published` are shown.
        notes: what of the policy could not be done, for the staff.
    """

    file: str
    due: str = ""
    late: str = ""
    published: bool = False
    notes: tuple[str, ...] = ()
