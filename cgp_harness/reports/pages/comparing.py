"""Two students on one check, side by side: a page for the staff, filled in by its script."""

from __future__ import annotations

import json
from typing import Any

from cgp_harness.model import BatchReport, CheckResult, Status
from cgp_harness.probing.text import plural, points, shown
from cgp_harness.reports import outcome
from cgp_harness.reports.case import case_of
from cgp_harness.reports.pages.layout import link, rendered


def page(report: BatchReport) -> str:
    """All that two submissions may be compared in; what is the same of several stands once."""
    return rendered("compare.html.j2", report=report, data=data(report))


def data(report: BatchReport) -> dict[str, Any]:
    """Checks, students, and the details that they share, as plain data for the script.

    A student's `results` are in the order of `checks`: status, points, number of the detail.
    """
    checks = {check.id: shown(check.title) for one in report.submissions for check in one.checks}
    details: dict[str, int] = {}

    def result(check: CheckResult | None) -> list[Any] | None:
        if check is None:
            return None
        detail = _detail(check)
        return [
            outcome.WORDS[check.status], f"{points(check.score)} / {points(check.max_score)}",
            details.setdefault(detail, len(details)) if detail else -1]

    students = []
    for one in report.submissions:
        own = {check.id: check for check in one.checks}
        students.append([shown(one.id), link(one.id), [result(own.get(name)) for name in checks]])
    return {
        "checks": list(checks.items()), "students": students,
        "details": [json.loads(detail) for detail in details]}


def _detail(check: CheckResult) -> str:
    """What is said of a check that did not pass."""
    if check.status is Status.PASSED:
        return ""
    case = case_of(check.counterexample)
    return json.dumps({
        "message": shown(check.message), "diagnosis": shown(outcome.further_diagnosis(check)),
        "case": None if case is None else {
            "heading": shown(case.heading), "columns": case.columns, "rows": case.rows,
            "marked": case.marked,
            "more": f"{plural(case.left_out, 'further number')} not shown."
            if case.left_out else ""}})
