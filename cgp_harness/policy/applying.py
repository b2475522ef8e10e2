"""A policy and what was graded -> what counts, of a class and of each submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from cgp_harness import scoring
from cgp_harness.model import (
    Adjustment,
    BatchReport,
    CheckResult,
    Comment,
    PolicyInfo,
    Status,
    SubmissionReport,
    Visibility,
)
from cgp_harness.policy.lateness import closes, due_of, first, iso, judged, last
from cgp_harness.policy.people import ALL, People
from cgp_harness.policy.policy import Dates, Given, Policy
from cgp_harness.probing.text import plural, shown
from cgp_reference.errors import explain, folded

MOST_LISTED = 12
Entry = TypeVar("Entry", Dates, Given)


def applied(
    report: BatchReport, policy: Policy, now: datetime, *, alone: bool = False
) -> BatchReport:
    """The class as it counts: what was graded stays, and what stands beside it is made anew.

    Args:
        now: with a zone; decides what is `after_due_date`.
        alone: whether the others of the class are graded elsewhere, where its student may read what
            is said: how many names are of others then, and no name.
    """
    people = People.of(report.submissions)
    entries: tuple[Dates | Given, ...] = (*policy.dates, *policy.given)
    doubts = _of_others(people, entries, policy) if alone else dict.fromkeys(
        doubt for one in entries if (doubt := people.doubt(one.student, one.where)))
    dates, given = _by_id(people, policy.dates), _by_id(people, policy.given)
    counting = tuple(
        _counting(one, policy, dates.get(one.id, ()), given.get(one.id, ()), now)
        for one in report.submissions)
    info = PolicyInfo(
        policy.file, iso(last(policy.due)) if policy.due else "", str(policy.late or ""),
        policy.published, (*doubts, *_untold(counting, policy)))
    return replace(report, submissions=counting, policy=info)


def _by_id(people: People, entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for one in entries:
        if not people.doubt(one.student, one.where):
            for name in people.named(one.student):
                found.setdefault(name, []).append(one)
    return found


def _of_others(
    people: People, entries: Sequence[Dates | Given], policy: Policy
) -> Iterator[str]:
    """That names are written almost as this submission's; those of others are nothing to be told.
    """
    names = dict.fromkeys(shown(" ".join(one.split())) for one in (*people.ids, *people.called))
    own = {folded(one) for one in names}
    almost = sum(not people.named(one.student) and folded(one.student) in own for one in entries)
    if almost:
        yield explain(
            f"{plural(almost, 'name')} with an extension, an adjustment or a comment "
            f"{'is' if almost == 1 else 'are'} this submission's but for capitals, accents, "
            "spaces, `_` or `-`, so nothing was changed",
            policy.file, f'"{ALL}", or {" or ".join(names)}')


def _counting(
    report: SubmissionReport, policy: Policy, dates: Sequence[Dates], given: Sequence[Given],
    now: datetime,
) -> SubmissionReport:
    due = due_of(policy, dates)
    told = next((one.submitted for one in dates if one.submitted), None)
    submitted_at = iso(first(told)) if told else report.submitted_at
    lateness = None if due is None else judged(
        replace(report, submitted_at=submitted_at), policy, due)
    # Of our own fault there is no score, and nothing to take off.
    scored = Status.GRADER_ERROR not in {report.status, *(one.status for one in report.checks)}
    adjustments = tuple(_adjustments(report.checks, given)) if scored else tuple(
        Adjustment(one.points, 0.0, one.text, one.check)
        for one in given if one.points is not None)
    graded, _ = scoring.total(report.checks, report.max_score)
    earned = round(graded + sum(one.counted for one in adjustments), 2)
    penalty = scoring.late_points(
        lateness.percent, earned if lateness.of == "score" else report.max_score, earned
    ) if lateness and scored else 0.0
    score = round(earned - penalty, 2)
    closed = due is None or now < closes(policy, due)
    return replace(
        report, score=score, percent=scoring.percentage(score, report.max_score),
        late_penalty=penalty, lateness=lateness, submitted_at=submitted_at,
        adjustments=adjustments,
        comments=tuple(Comment(one.text, one.check) for one in given if one.points is None),
        checks=tuple(_opened(one, policy, closed=closed) for one in report.checks))


def _adjustments(checks: Sequence[CheckResult], given: Sequence[Given]) -> Iterator[Adjustment]:
    """Those of checks first, since what is left of the whole depends on them."""
    scores = {check.id: check.score for check in checks}
    most = {check.id: check.max_score for check in checks}
    wanted = [one for one in given if one.points is not None]
    for one in sorted(wanted, key=lambda one: not one.check):
        points = one.points or 0.0
        if one.check:
            before = scores.get(one.check, 0.0)
            counted = scoring.counted(points, before, most.get(one.check, 0.0))
            scores[one.check] = before + counted
        else:
            counted = scoring.counted(points, sum(scores.values()))
            scores[""] = scores.get("", 0.0) + counted
        yield Adjustment(points, counted, one.text, one.check)


def _opened(check: CheckResult, policy: Policy, *, closed: bool) -> CheckResult:
    """The check as its visibility is now."""
    now_open = (check.visibility is Visibility.AFTER_DUE_DATE and not closed) or (
        check.visibility is Visibility.AFTER_PUBLISHED and policy.published)
    return replace(check, visibility=Visibility.VISIBLE) if now_open else check


def _untold(reports: Sequence[SubmissionReport], policy: Policy) -> Iterator[str]:
    """Of whom nobody can say how late they are, by the reason; none of it where late is free."""
    reasons: dict[str, list[str]] = {}
    for one in reports:
        if policy.late and one.lateness and one.lateness.unknown:
            reasons.setdefault(one.lateness.unknown, []).append(one.id)
    for reason, ids in reasons.items():
        listed = ", ".join(ids[:MOST_LISTED])
        more = f" and {len(ids) - MOST_LISTED} more" if len(ids) > MOST_LISTED else ""
        whose = f"the table {policy.extensions}" if policy.extensions else (
            "a table of extensions")
        yield explain(
            f"no late penalty for {plural(len(ids), 'submission')}: {reason}",
            f"{listed}{more}",
            fix=f"write when they came into the column submitted_at of {whose}")
