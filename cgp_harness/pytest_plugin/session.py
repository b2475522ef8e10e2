"""What is graded in one run of pytest: an assignment, and what has come of its submissions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import msgspec

from cgp_harness import grading, pipeline
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import CheckResult, Submission, SubmissionReport, Visibility
from cgp_harness.task import Assignment, CheckSpec, Task


@dataclass(frozen=True)
class Homework:
    """An assignment, and how it is graded.

    Args:
        apart: whether tasks are graded one by one, since other processes have the others.
    """

    assignment: Assignment
    level: str
    seed: int
    apart: bool

    @property
    def hidden(self) -> int:
        """How many checks students do not see."""
        return sum(
            check.visibility is not Visibility.VISIBLE
            for task in self.assignment.tasks for check in task.checks.values())


@dataclass
class Graded:
    """A submission, graded when the first result is asked for.

    Attributes:
        wanted: of each task the check that is the last to be shown; those after it are not run.
    """

    submission: Submission
    homework: Homework
    wanted: dict[str, str] = field(default_factory=dict)
    _reports: dict[str, SubmissionReport] = field(default_factory=dict)
    _stopped: dict[str, HarnessError | MachineError] = field(default_factory=dict)

    def report(self, task: str) -> SubmissionReport:
        """The report that has this task.

        Raises:
            HarnessError, MachineError: see `grading.check`.
        """
        if task in self._stopped:
            raise self._stopped[task]
        if task not in self._reports:
            chosen = [task] if self.homework.apart else self.wanted
            try:
                report = grading.check(
                    self.submission, self._of(chosen), isolation=self.homework.level,
                    seed=self.homework.seed)
            except (HarnessError, MachineError) as error:
                self._stopped |= dict.fromkeys(chosen, error)
                raise
            self._reports |= dict.fromkeys(chosen, report)
        return self._reports[task]

    def results(self, task: str) -> Mapping[str, CheckResult]:
        """What came of a task's checks, by kind."""
        return {one.kind: one for one in self.report(task).checks if one.task == task}

    def _of(self, chosen: Collection[str]) -> Assignment:
        """The assignment with these tasks, each up to its last check."""
        tasks = tuple(
            msgspec.structs.replace(task, checks=_up_to(task, self.wanted[task.id]))
            for task in self.homework.assignment.tasks if task.id in chosen)
        return msgspec.structs.replace(self.homework.assignment, tasks=tasks)


def _up_to(task: Task, last: str) -> dict[str, CheckSpec]:
    kinds = pipeline.in_order(task)
    return {kind: task.checks[kind] for kind in kinds[:kinds.index(last) + 1]}
