"""Submissions that fail alike: groups with the same answers to the same run, named or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.model import CheckResult, Diagnosis, Numbers, SubmissionReport
from cgp_harness.probing.fixed_run import alike, cell
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
    found: dict[str, _Known] = {}
    for report in reports:
        for check in report.checks:
            if check.answers:
                found.setdefault(check.task, _Known([], {})).join(report.id, check)
    return tuple(one for task, each in found.items() for one in _numbered(task, each.groups))


_Members = list[tuple[str, CheckResult]]
_Cell = tuple[str, tuple[int | str, ...], int]


@dataclass(frozen=True)
class _Known:
    """The groups of a task in the order of their first members, and by where those lie.

    A class of many groups would be compared with each of them else, which grows with its square.
    """

    groups: list[_Members]
    at: dict[_Cell, list[int]]

    def join(self, student: str, check: CheckResult) -> None:
        """Into the first group whose first member answers alike; a new one where there is none."""
        texts, step = cell(check.answers)
        near = sorted(
            index for away in (-1, 0, 1)
            for index in self.at.get((check.kind, texts, step + away), ()))
        for index in near:
            if alike(self.groups[index][0][1].answers, check.answers):
                self.groups[index].append((student, check))
                return
        self.at.setdefault((check.kind, texts, step), []).append(len(self.groups))
        self.groups.append([(student, check)])


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
