"""What was found in a class: known mistakes, groups that fail alike and have no name, errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cgp_harness.model import BatchReport, CheckResult, Status, SubmissionReport
from cgp_harness.probing.text import shown
from cgp_harness.reports import outcome
from cgp_harness.reports.groups import Group, groups

RAISED = re.compile(r"^(?:[\w.]+\.)?([A-Z]\w*(?:Error|Exception|Exit|Interrupt|Iteration)): ?(.*)")


@dataclass(frozen=True)
class Finding:
    """One thing that some submissions have in common.

    Args:
        name: the flag of a known mistake, the id of a group, the kind of an error.
        sentence: what it is.
        tasks: where it was found.
        members: ids of submissions, in the order of the results.
        unnamed: whether it is a group to which nobody has given a name.
        example: whose case is the smallest, and that check; None where there is none to show.
    """

    name: str
    sentence: str
    tasks: tuple[str, ...]
    members: tuple[str, ...]
    unnamed: bool = False
    example: tuple[str, CheckResult] | None = None


def mistakes(reports: Sequence[SubmissionReport]) -> tuple[Finding, ...]:
    """Known mistakes, those of most submissions first."""
    found: dict[tuple[str, str], list[tuple[SubmissionReport, CheckResult]]] = {}
    for report in reports:
        for check in report.checks:
            if check.diagnosis and check.status is not Status.PASSED:
                for flag in check.diagnosis.flags:
                    found.setdefault((check.task, flag), []).append((report, check))
    made = (
        Finding(flag, _sentence(flag, [check for _, check in each]), (task,),
                tuple(dict.fromkeys(report.id for report, _ in each)))
        for (task, flag), each in found.items())
    return tuple(sorted(made, key=lambda one: (-len(one.members), one.tasks, one.name)))


def without_name(report: BatchReport) -> tuple[Finding, ...]:
    """Groups with the same answers to one run, of which nothing is known, the largest first."""
    checks = {
        (one.id, check.task, check.kind): check for one in report.submissions
        for check in one.checks}
    unknown = [one for one in groups(report.submissions) if one.diagnosis is None]
    return tuple(sorted(
        (_of_group(one, checks[one.smallest, one.task, one.check]) for one in unknown),
        key=lambda one: -len(one.members)))


def errors(reports: Sequence[SubmissionReport]) -> tuple[Finding, ...]:
    """What stopped code or kept it from being judged, by kind: `SyntaxError`, a time-out, a name.
    """
    found: dict[str, list[tuple[SubmissionReport, CheckResult, str]]] = {}
    for report in reports:
        for check in report.checks:
            if _is_error(check):
                kind, sentence = _kind(report, check)
                found.setdefault(kind, []).append((report, check, sentence))
    made = (
        Finding(kind, _common([sentence for _, _, sentence in each]),
                tuple(dict.fromkeys(check.task for _, check, _ in each)),
                tuple(dict.fromkeys(report.id for report, _, _ in each)))
        for kind, each in found.items())
    return tuple(sorted(made, key=lambda one: (-len(one.members), one.name)))


def others(reports: Sequence[SubmissionReport]) -> tuple[Finding, ...]:
    """Checks that failed in other submissions, and neither have a name nor are in a group."""
    found: dict[str, list[tuple[SubmissionReport, CheckResult]]] = {}
    for report in reports:
        for _, each in groupby(report.checks, lambda check: check.task):
            checks = [one for one in each if one.status is Status.FAILED and not _is_error(one)]
            # What else fails in a task follows from what has a name, or is in a group.
            if not any(one.answers or (one.diagnosis and one.diagnosis.flags) for one in checks):
                for check in checks:
                    found.setdefault(check.id, []).append((report, check))
    made = (
        Finding(name, shown(each[0][1].title), (each[0][1].task,),
                tuple(dict.fromkeys(report.id for report, _ in each)))
        for name, each in found.items())
    return tuple(sorted(made, key=lambda one: (-len(one.members), one.name)))


def _of_group(group: Group, check: CheckResult) -> Finding:
    first = check.message.partition("\n")[0]
    return Finding(
        group.id, first, (group.task,), group.members, True, (group.smallest, check))


def _sentence(flag: str, checks: Sequence[CheckResult]) -> str:
    """In full for the staff where that is known; else what a student reads who made it alone."""
    known = [one.diagnosis for one in checks if one.diagnosis]
    for one in known:
        if flag in one.staff:
            return one.staff[flag]
    alone = [one for one in known if one.flags == (flag,)]
    return (alone or known)[0].text


def _is_error(check: CheckResult) -> bool:
    stopped = (Status.STUDENT_ERROR, Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.KILLED)
    return check.status in stopped or (
        check.kind == "loads" and check.status not in (*outcome.NOT_A_FINDING, Status.GRADER_ERROR))


def _kind(report: SubmissionReport, check: CheckResult) -> tuple[str, str]:
    """What an error is called, and its first line."""
    for text in (check.message, *report.notes):
        first = text.partition("\n")[0]
        if found := RAISED.match(first):
            return found[1], first
    first = check.message.partition("\n")[0]
    if check.status is Status.TIMEOUT or check.status in (Status.OUT_OF_MEMORY, Status.KILLED):
        return outcome.WORDS[check.status], first
    # "no rule is registered as 'adam'" is of one kind, whatever the name.
    return re.sub(r"'[^']*'|\b\w+(?=\(\))", "…", first.partition(" (")[0]), first


def _common(sentences: Sequence[str]) -> str:
    """The sentence, if all are the same; else the first, and that there are others."""
    different = list(dict.fromkeys(sentences))
    return different[0] if len(different) == 1 else f"{different[0]} (and others)"


def every(report: BatchReport) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """All findings by what they are, those that are there."""
    for heading, found in (
        ("Known mistakes", mistakes(report.submissions)),
        ("Fail alike, and have no name yet", without_name(report)),
        ("Errors", errors(report.submissions)),
        ("Failed otherwise", others(report.submissions)),
    ):
        if found:
            yield heading, found
