"""`adjust.toml`: points and words of a person, which every grading finds again."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from cgp_harness.assignment.typed import Place, Toml, converted, parsed
from cgp_harness.errors import HarnessError
from cgp_harness.policy.files import content
from cgp_harness.policy.policy import Given
from cgp_reference.errors import meant


class _Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    student: str
    points: float
    why: str
    check: str = ""


class _Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    student: str
    text: str
    check: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    adjustments: tuple[_Adjustment, ...] = ()
    comments: tuple[_Comment, ...] = ()


def read(path: Path, checks: Collection[str]) -> tuple[Given, ...]:
    """All entries, in their order.

    Args:
        checks: the ids that there are.

    Raises:
        HarnessError: with the place of the mistake and what belongs there.
    """
    read = parsed(content(path), str(path))
    file = converted(read.data, _File, read)
    given = [*_adjustments(file, read), *_comments(file, read)]
    for one in given:
        _require(one, checks)
    return tuple(given)


def _adjustments(file: _File, read: Toml) -> Iterator[Given]:
    for number, one in enumerate(file.adjustments, 1):
        yield Given(one.student.strip(), one.why.strip(), one.points, one.check,
                    Place(read, ("adjustments", number - 1), f"adjustment {number}"))


def _comments(file: _File, read: Toml) -> Iterator[Given]:
    for number, one in enumerate(file.comments, 1):
        yield Given(one.student.strip(), one.text.strip(), None, one.check,
                    Place(read, ("comments", number - 1), f"comment {number}"))


def _require(one: Given, checks: Collection[str]) -> None:
    if not one.student:
        raise HarnessError(
            "nobody is named", where=str(one.where), expected="a student, or \"*\" for all")
    if one.points is not None and not math.isfinite(one.points):
        raise HarnessError(
            f"the points are {one.points}", where=str(one.where),
            expected="a number, such as 2.5 or -1")
    if not one.text:
        raise HarnessError(
            f"the {'comment' if one.points is None else 'reason'} is empty", where=str(one.where),
            expected="words for the student")
    if one.check and one.check not in checks:
        raise HarnessError(
            f"there is no check {one.check!r}", where=str(one.where),
            expected=f"one of {', '.join(checks)}" if len(checks) <= 12 else (
                f"one of the {len(checks)} checks, such as {next(iter(checks))}"),
            fix=meant(one.check, checks, "leave it out for the submission as a whole"))
