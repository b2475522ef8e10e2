"""Two results -> each score that differs, with reasons whose points are the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from cgp_harness.errors import HarnessError
from cgp_harness.model import BatchReport, CheckResult, PolicyInfo, Status, SubmissionReport
from cgp_harness.probing.text import points
from cgp_harness.reports.account import lines as account
from cgp_harness.reports.outcome import WORDS, has_grader_error

NONE = "none"


@dataclass(frozen=True)
class Reason:
    """Why a score is another.

    Args:
        kind: `new`, `withdrawn`, `submission`, `status`, `check`, `adjustment`, `late`, `comment`.
        what: of which check, or in short.
        old, new: in words; empty where there was, or is, nothing.
        points: what it adds to the score, or takes off.
    """

    kind: str
    what: str
    old: str = ""
    new: str = ""
    points: float = 0.0


@dataclass(frozen=True)
class Change:
    """A submission that differs.

    Args:
        old, new: its scores; None where there is none.
    """

    id: str
    old: float | None
    new: float | None
    reasons: tuple[Reason, ...]

    @property
    def in_words(self) -> bool:
        """Whether nothing else differs than what is said."""
        return all(one.kind in ("check", "comment") and not one.points for one in self.reasons)


@dataclass(frozen=True)
class Condition:
    """Something under which both were graded, or made scores, that differs."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    """All that differs between two results, in the order of the new ones, what is withdrawn last.

    Args:
        compared: how many submissions are in either.
    """

    conditions: tuple[Condition, ...]
    submissions: tuple[Change, ...]
    compared: int


def changes(old: BatchReport, new: BatchReport) -> Changes:
    """What differs.

    Raises:
        HarnessError: they are of two homeworks.
    """
    if old.assignment.id != new.assignment.id:
        raise HarnessError(
            f"the old results are of {old.assignment.id!r}, the new ones of {new.assignment.id!r}",
            expected="two results of one homework")
    before = {one.id: one for one in old.submissions}
    after = {one.id: one for one in new.submissions}
    names = dict.fromkeys((*after, *before))
    found = (_change(name, before.get(name), after.get(name)) for name in names)
    return Changes(
        tuple(_conditions(old, new)), tuple(one for one in found if one.reasons), len(names))


def _conditions(old: BatchReport, new: BatchReport) -> Iterator[Condition]:
    pairs = [
        (name, str(getattr(old.environment, name)), str(getattr(new.environment, name)))
        for name in ("harness", "python", "numpy", "torch", "hypothesis", "device", "isolation",
                     "seed")]
    pairs += [("homework's version", old.assignment.version, new.assignment.version)]
    due, late = zip(*(_of_policy(report.policy) for report in (old, new)), strict=True)
    pairs += [("due", *due), ("late penalty", *late)]
    for what, one, other in pairs:
        if one != other:
            yield Condition(what, one, other)


def _of_policy(policy: PolicyInfo | None) -> tuple[str, str]:
    due = account.clock(policy.due) if policy and policy.due else NONE
    return due, policy.late if policy and policy.late else NONE


def _score(report: SubmissionReport | None) -> float | None:
    return None if report is None or has_grader_error(report) else report.score


def _change(name: str, old: SubmissionReport | None, new: SubmissionReport | None) -> Change:
    reasons: tuple[Reason, ...] = ()
    if old is None:
        reasons = (Reason("new", "new", "", "", _score(new) or 0.0),)
    elif new is None:
        reasons = (Reason("withdrawn", "withdrawn", "", "", -(_score(old) or 0.0)),)
    else:
        reasons = tuple(_reasons(old, new))
    return Change(name, _score(old), _score(new), reasons)


def _reasons(old: SubmissionReport, new: SubmissionReport) -> Iterator[Reason]:
    if old.sha256 != new.sha256:
        yield Reason("submission", "other files", ", ".join(old.files), ", ".join(new.files))
    ended = _ended(old), _ended(new)
    if ended[0] != ended[1]:
        yield Reason("status", "status", *ended)
    before = {check.id: check for check in old.checks}
    after = {check.id: check for check in new.checks}
    for name in dict.fromkeys((*after, *before)):
        yield from _of_check(name, before.get(name), after.get(name))
    yield from _of_adjustments(old, new)
    late = _late(old), _late(new)
    if old.late_penalty != new.late_penalty or late[0] != late[1]:
        yield Reason("late", "late penalty", *late, round(old.late_penalty - new.late_penalty, 2))
    for one in old.comments:
        if one not in new.comments:
            yield Reason("comment", one.check or "comment", old=one.text)
    for one in new.comments:
        if one not in old.comments:
            yield Reason("comment", one.check or "comment", new=one.text)


def _ended(report: SubmissionReport) -> str:
    return WORDS[Status.GRADER_ERROR if has_grader_error(report) else report.status]


def _late(report: SubmissionReport) -> str:
    return account.late(report) or ("in time" if report.lateness else "")


def _of_check(name: str, old: CheckResult | None, new: CheckResult | None) -> Iterator[Reason]:
    more = round((new.score if new else 0.0) - (old.score if old else 0.0), 2)
    words = _said(old, new), _said(new, old)
    if more or words[0] != words[1]:
        yield Reason("check", name, *words, more)


def _said(check: CheckResult | None, other: CheckResult | None) -> str:
    """How a check ended and what it found, and of its message the first line that differs."""
    if check is None:
        return ""
    words = [WORDS[check.status]]
    if check.diagnosis:
        words.append(" + ".join(check.diagnosis.flags))
    if other and other.max_score != check.max_score:
        words.append(f"of {points(check.max_score)} points")
    if check.status is not Status.PASSED:
        against = other.message.splitlines() if other else []
        words.append(next((
            line.strip() for line, same in zip_longest(check.message.splitlines(), against)
            if line and line != same), ""))
    return ", ".join(filter(None, words))


def _of_adjustments(old: SubmissionReport, new: SubmissionReport) -> Iterator[Reason]:
    """Those of one check for one reason are one that has changed."""
    keys = dict.fromkeys((one.check, one.why) for one in (*old.adjustments, *new.adjustments))
    for key in keys:
        before, after = ([one for one in report.adjustments if (one.check, one.why) == key]
                         for report in (old, new))
        for one, other in zip_longest(before, after):
            if one != other:
                yield Reason(
                    "adjustment", f"adjustment of {key[0]}" if key[0] else "adjustment",
                    account.reason(one) if one else "", account.reason(other) if other else "",
                    round((other.counted if other else 0.0) - (one.counted if one else 0.0), 2))
