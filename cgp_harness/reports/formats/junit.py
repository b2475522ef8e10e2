"""`junit.xml`: a suite for each submission, a case for each check; read by CI systems.

In the form that `pytest` and Maven's Surefire write. A CI system does not judge a job by it: the
exit code does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from cgp_harness.model import BatchReport, CheckResult, Status, SubmissionReport
from cgp_harness.probing.text import points, shown
from cgp_harness.reports.formats import told
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import has_grader_error

FILE = "junit.xml"
# XML 1.0 has no other characters, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def encode(report: BatchReport) -> bytes:
    """The document, in UTF-8."""
    root = Element("testsuites", name=_clean(report.assignment.title))
    suites = [_suite(root, report, one) for one in report.submissions]
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    indent(root)
    text = tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _suite(root: Element, report: BatchReport, one: SubmissionReport) -> Element:
    suite = SubElement(root, "testsuite", name=_clean(one.id))
    for check in one.checks:
        _case(suite, report, one, check)
    counts = {
        "tests": len(one.checks), "failures": _count(suite, "failure"),
        "errors": _count(suite, "error"), "skipped": _count(suite, "skipped")}
    for name, count in counts.items():
        suite.set(name, str(count))
    suite.set("time", f"{one.seconds:.3f}")
    suite.set("timestamp", report.environment.started.removesuffix("Z"))
    said = told.MACHINE_FAILED if has_grader_error(one) else (
        f"score: {points(one.score)} of {points(one.max_score)}")
    SubElement(suite, "system-out").text = _clean(
        "\n".join(filter(None, (said, told.unofficially(report), told.notes(one)))))
    return suite


def _case(
    suite: Element, report: BatchReport, one: SubmissionReport, check: CheckResult
) -> None:
    # GitLab keeps only the first of two cases that have one name in one class.
    case = SubElement(
        suite, "testcase", name=_clean(told.title(check)),
        classname=_clean(f"{one.id}.{check.task}"), time=f"{check.seconds:.3f}")
    file, line = told.place(one, check)
    if file:
        case.set("file", _clean(file))
    if line:
        case.set("line", str(line))
    said = told.text(one, check, report.assignment)
    if check.status is Status.SKIPPED:
        SubElement(case, "skipped", message=_clean(_first(said)))
    elif told.lost(check):
        kind = "failure" if check.status is Status.FAILED else "error"
        found = SubElement(case, kind, message=_clean(_first(said)), type=str(check.status))
        found.text = _clean(said)
    points_of = f"points: {points(check.score)} of {points(check.max_score)}"
    SubElement(case, "system-out").text = (
        points_of if check.status is not Status.GRADER_ERROR else "points: open")


def _count(suite: Element, kind: str) -> int:
    return len(suite.findall(f"testcase/{kind}"))


def _first(said: str) -> str:
    lines: Iterable[str] = filter(None, map(str.strip, said.split("\n")))
    return next(iter(lines), "")


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", shown(text))


JUNIT = Format(lambda report: Written({FILE: encode(report)}))
