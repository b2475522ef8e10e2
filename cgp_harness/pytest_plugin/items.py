"""Submissions, tasks and checks as pytest's nodes: `my_adam.py::adam::update_rule`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from cgp_harness import pipeline
from cgp_harness.collect import collect_class, collect_one
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import CheckResult, SourceFile, Status, Submission, Visibility
from cgp_harness.probing.text import shown
from cgp_harness.pytest_plugin.session import Graded, Homework
from cgp_harness.pytest_plugin.telling import counted
from cgp_harness.reports.checked.lines import check_lines
from cgp_harness.reports.outcome import repeated
from cgp_harness.task import Task


class SubmissionFile(pytest.File):
    """A file that is a submission; its tasks are what is in it."""

    homework: Homework

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, homework: Homework) -> SubmissionFile:
        """The node of a path."""
        made: SubmissionFile = cls.from_parent(parent, path=path)
        made.homework = homework
        return made

    def collect(self) -> Iterable[TaskNode]:
        """Its tasks.

        Raises:
            CollectError: it is none that can be read.
        """
        try:
            return list(_tasks(self, Graded(collect_one(self.path), self.homework)))
        except HarnessError as error:
            raise self.CollectError(str(error)) from error


class SubmissionFolder(pytest.Directory):
    """A folder that is a submission, or holds one for each student."""

    homework: Homework

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, homework: Homework) -> SubmissionFolder:
        """The node of a path."""
        made: SubmissionFolder = cls.from_parent(parent, path=path)
        made.homework = homework
        return made

    def collect(self) -> Iterable[TaskNode | SubmissionNode]:
        """Its tasks, or its students.

        Raises:
            CollectError: it holds no submission.
        """
        try:
            found = collect_class([self.path]).submissions
        except HarnessError as error:
            raise self.CollectError(str(error)) from error
        if len(found) == 1 and Path(found[0].origin) == self.path:
            return list(_tasks(self, Graded(found[0], self.homework)))
        return [SubmissionNode.of(self, one, self.homework) for one in found]


class SubmissionNode(pytest.Collector):
    """One of the submissions in a folder."""

    graded: Graded

    @classmethod
    def of(
        cls, parent: pytest.Collector, submission: Submission, homework: Homework
    ) -> SubmissionNode:
        """The node of a student's id."""
        made: SubmissionNode = cls.from_parent(parent, name=submission.id)
        made.graded = Graded(submission, homework)
        return made

    def collect(self) -> Iterable[TaskNode]:
        """Its tasks."""
        return list(_tasks(self, self.graded))


class TaskNode(pytest.Collector):
    """A task of a submission; its visible checks are what is in it."""

    graded: Graded
    task: Task

    def collect(self) -> Iterator[CheckItem]:
        """Its visible checks, in their order."""
        for kind in pipeline.in_order(self.task):
            if self.task.checks[kind].visibility is Visibility.VISIBLE:
                made: CheckItem = CheckItem.from_parent(self, name=kind)
                made.graded, made.task = self.graded, self.task
                yield made


def _tasks(parent: pytest.Collector, graded: Graded) -> Iterator[TaskNode]:
    for task in graded.homework.assignment.tasks:
        made: TaskNode = TaskNode.from_parent(parent, name=task.id)
        made.graded, made.task = graded, task
        yield made


class CheckItem(pytest.Item):
    """A check of a submission. Grading is its setup: what fails there is no fault of a student's.
    """

    graded: Graded
    task: Task

    def setup(self) -> None:
        """See that the submission is graded, with all tasks that are still to be shown."""
        if not self.graded.wanted:
            self.graded.wanted = {
                one.task.id: one.name for one in self.session.items
                if isinstance(one, CheckItem) and one.graded is self.graded}
        if wrong := self._not_judged():
            pytest.fail(wrong, pytrace=False)

    def _not_judged(self) -> str:
        try:
            result = self._result
        except (HarnessError, MachineError) as error:
            return str(error)
        return shown(result.message) if result.status is Status.GRADER_ERROR else ""

    def runtest(self) -> None:
        """Pass, fail or skip as the check has done."""
        result = self._result
        self.user_properties += counted(
            self.graded.submission.id, result.score, result.max_score)
        if result.diagnosis and result.diagnosis.flags:
            self.user_properties.append(("diagnosis", " ".join(result.diagnosis.flags)))
        if result.status is Status.PASSED:
            return
        if result.status is Status.SKIPPED:
            pytest.skip(shown(result.message))
        pytest.fail(said(
            result, self.graded.results(self.task.id), self.graded.submission.files), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The submission, and what is checked."""
        title = pipeline.info_of(self.task, self.name).title
        return self.path, 0, f"{self.graded.submission.id}, {self.task.title}: {title}"

    def said_of(self, report: pytest.TestReport) -> None:
        """Complete the report: a skip has its place in the submission, a failure has its notes."""
        if report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(self.path), 1, report.longrepr[2])
        if report.failed and report.when == "call":
            notes = self.graded.report(self.task.id).notes
            report.sections += [("while it was loaded", shown(note)) for note in notes]

    @property
    def _result(self) -> CheckResult:
        return self.graded.results(self.task.id)[self.name]


def said(
    check: CheckResult, task: Mapping[str, CheckResult], sources: Sequence[SourceFile]
) -> str:
    """What the terminal says of a check besides its title and points.

    Args:
        task: what came of the checks of its task, by kind.
        sources: the submission's files.
    """
    _, *lines = check_lines(check, sources=sources)
    return repeated(check, {one.id: one for one in task.values()}) or textwrap.dedent(
        "\n".join(line.plain for line in lines))
