"""The page of the class, for the staff: it names hidden checks, and everyone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from cgp_harness.model import BatchReport, CheckResult, Status, SubmissionReport
from cgp_harness.probing.text import percentage, points, shown
from cgp_harness.reports import absent, arrival, outcome
from cgp_harness.reports.pages import findings
from cgp_harness.reports.pages.layout import link, rendered
from cgp_harness.reports.pages.spread import figure, spread

MOST_ROWS, FIRST_ROWS = 1_000, 300
"""Rows of the table that a browser lays out without a wait; of a larger class the first are there,
the others are data for the script, which a browser opens in a second where there are 50,000."""
MOST_FINDINGS, MOST_MEMBERS = 200, 300


@dataclass(frozen=True)
class Rate:
    """A check over the class: of how many it was asked, how many passed, the mean of its points."""

    check: CheckResult
    asked: int
    passed: int
    mean: float


@dataclass(frozen=True)
class Row:
    """A submission in the table: points for each task, in their order."""

    submission: SubmissionReport
    tasks: tuple[tuple[float, float], ...]
    finding: str
    change: str


def page(report: BatchReport) -> str:
    """All submissions: how they ended, what they have in common, where each is."""
    # Our own fault is no score: it would pull the class average down.
    broken = [one for one in report.submissions if outcome.has_grader_error(one)]
    scored = [one for one in report.submissions if not outcome.has_grader_error(one)]
    percents = [one.percent for one in scored]
    found = spread(percents)
    tasks = list(dict.fromkeys(c.task for s in report.submissions for c in s.checks))
    rows = [_row(one, tasks) for one in report.submissions]
    first = FIRST_ROWS if len(rows) > MOST_ROWS else MOST_ROWS
    told = arrival.is_told(report.submissions)
    return rendered(
        "index.html.j2", report=report, tasks=tasks, spread=found, broken_ones=broken,
        figure=figure(percents, found) if found else "",
        statuses=sorted(Counter(str(one.status) for one in scored).items(), key=lambda it: -it[1]),
        rates=_rates(scored), findings=list(findings.every(report)),
        rows=rows[:first], rest=[_data(row, told=told) for row in rows[first:]], told=told,
        most_findings=MOST_FINDINGS, most_members=MOST_MEMBERS,
    )


def _rates(scored: list[SubmissionReport]) -> list[Rate]:
    checks: dict[str, list[CheckResult]] = {}
    for submission in scored:
        for check in submission.checks:
            checks.setdefault(check.id, []).append(check)
    return [
        Rate(each[0], len(each), sum(one.status is Status.PASSED for one in each),
             sum(one.score for one in each) / len(each))
        for each in checks.values()]


def _row(submission: SubmissionReport, tasks: list[str]) -> Row:
    totals = {task: [0.0, 0.0] for task in tasks}
    for check in submission.checks:
        totals[check.task][0] += check.score
        totals[check.task][1] += check.max_score
    return Row(
        submission, tuple((got, most) for got, most in totals.values()),
        absent.first_finding(submission), outcome.first_change(submission))


def _data(row: Row, *, told: bool) -> list[Any]:
    """What the template makes of a row, for the script: which points are less is by their index."""
    one, first = row.submission, [shown(arrival.when(row.submission))] if told else []
    broken = outcome.has_grader_error(one)
    cells = ["–"] * len(row.tasks) + ["no score", "–", "grader error"] if broken else [
        *(points(got) for got, _ in row.tasks), points(one.score), percentage(one.percent),
        outcome.WORDS[one.status]]
    return [
        shown(one.id), link(one.id), shown(arrival.who(one)), [*first, *cells],
        [] if broken else [
            len(first) + i for i, (got, most) in enumerate(row.tasks) if got < most],
        "grader_error" if broken else one.status, shown(row.finding), shown(row.change)]
