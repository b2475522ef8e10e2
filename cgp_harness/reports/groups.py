"""Submissions that fail alike: groups with the same answers to the same run, named or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.model import CheckResult, Diagnosis, Numbers, SubmissionReport
from cgp_harness.probing.fixed_run import alike
from cgp_harness.reports.case import case_of


@dataclass(frozen=True)
class Group:
    """Some submissions whose check failed with the same answers.

    Args:
        id: the task and a number from 1, the largest group first; of the same results the same.
        task: in which they failed,
        check: and at what.
        diagnosis: what is known of the mistake; None if it has no name.
        members: their ids, in the order of the results.
        smallest: the member with the smallest case.
        answers: to the check's fixed run.
    """

    id: str
    task: str
    check: str
    diagnosis: Diagnosis | None
    members: tuple[str, ...]
    smallest: str
    answers: Numbers


def groups(reports: Iterable[SubmissionReport]) -> tuple[Group, ...]:
    """All groups, task by task; of each the largest first, then by the first member."""
    found: dict[str, list[_Members]] = {}
    for report in reports:
        for check in report.checks:
            if check.answers:
                _join(found.setdefault(check.task, []), report.id, check)
    return tuple(one for task, each in found.items() for one in _numbered(task, each))


_Members = list[tuple[str, CheckResult]]


def _join(known: list[_Members], student: str, check: CheckResult) -> None:
    own = next((members for members in known if _alike(members[0][1], check)), None)
    if own is None:
        known.append(own := [])
    own.append((student, check))


def _alike(one: CheckResult, other: CheckResult) -> bool:
    return one.kind == other.kind and alike(one.answers, other.answers)


def _numbered(task: str, each: Sequence[_Members]) -> Iterator[Group]:
    ordered = sorted(each, key=lambda members: (-len(members), members[0][0], members[0][1].kind))
    for number, members in enumerate(ordered, 1):
        named = [one.diagnosis for _, one in members if one.diagnosis and one.diagnosis.flags]
        smallest, _ = min(members, key=lambda member: _size(member[1]))
        first = members[0][1]
        yield Group(
            f"{task}-{number}", task, first.kind, named[0] if named else None,
            tuple(student for student, _ in members), smallest, first.answers)


def _size(check: CheckResult) -> tuple[float, int]:
    """Rows of its case, if that is a table; a message says it else."""
    case = case_of(check.counterexample)
    return len(case.rows) + case.left_out if case else float("inf"), len(check.message)
