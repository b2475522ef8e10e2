"""The page of the class, for the staff: it names hidden checks, and everyone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cgp_harness.model import BatchReport, CheckResult, Status, SubmissionReport
from cgp_harness.reports import arrival, outcome
from cgp_harness.reports.pages import findings
from cgp_harness.reports.pages.layout import rendered
from cgp_harness.reports.pages.spread import figure, spread


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
    return rendered(
        "index.html.j2", report=report, tasks=tasks, spread=found, broken_ones=broken,
        figure=figure(percents, found) if found else "",
        statuses=sorted(Counter(str(one.status) for one in scored).items(), key=lambda it: -it[1]),
        rates=_rates(scored), findings=list(findings.every(report)),
        rows=[_row(one, tasks) for one in report.submissions],
        told=arrival.is_told(report.submissions),
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
    points = {task: [0.0, 0.0] for task in tasks}
    for check in submission.checks:
        points[check.task][0] += check.score
        points[check.task][1] += check.max_score
    return Row(
        submission, tuple((got, most) for got, most in points.values()),
        outcome.first_finding(submission), outcome.first_change(submission))
