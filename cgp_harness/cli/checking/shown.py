"""What `cgp check` shows while it runs: each check as it ends, on a terminal above a bar."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from cgp_harness.assignment import typed_name
from cgp_harness.model import CheckResult, Submission, SubmissionReport, Visibility
from cgp_harness.pipeline import Watch
from cgp_harness.reports import terminal
from cgp_harness.reports.absent import is_unwritten
from cgp_harness.reports.checked.closing import closing_lines, submission_lines
from cgp_harness.reports.checked.lines import check_lines
from cgp_harness.reports.outcome import not_run, repeated
from cgp_harness.subject import Manifest
from cgp_harness.task import Assignment

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Shown:
    """One run, on stdout.

    Args:
        brief: only what comes last.
        verbose: what each check found, whatever came of it.
        silent: nothing at all.
    """

    def __init__(
        self, submission: Submission, assignment: Assignment, *, brief: bool, verbose: bool,
        silent: bool,
    ) -> None:
        self.watch = Watch(self._loaded, self._checked)
        self._brief, self._verbose, self._silent = brief, verbose, silent
        self._out = terminal.console()
        self._sources = submission.files
        self._said: dict[str, CheckResult] = {}
        self._tasks = {task.id for task in assignment.tasks}
        self._homework = typed_name(assignment)
        self._waits = True
        self._count = sum(
            spec.visibility is Visibility.VISIBLE
            for task in assignment.tasks for spec in task.checks.values())
        self._bar: Progress | None = None
        self._row: TaskID | None = None

    def __enter__(self) -> Shown:
        if self._out.is_terminal and not self._silent:
            from rich import progress as parts

            self._bar = parts.Progress(
                parts.TextColumn("{task.description}"), parts.BarColumn(),
                parts.MofNCompleteColumn(), console=self._out, transient=True)
            self._row = self._bar.add_task("checking", total=self._count)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def conclude(self, report: SubmissionReport) -> None:
        """Show what comes last."""
        self.__exit__(None, None, None)
        if self._silent:
            return
        width = self._out.width
        lines = submission_lines(
            report, width, brief=self._brief, verbose=self._verbose, homework=self._homework,
        ) if self._waits else closing_lines(report, self._said, width)
        terminal.show(lines, self._out)

    def _loaded(self, manifest: Manifest) -> None:
        # What is to be said is of the files then, and that is known at last, and soon.
        self._waits = not manifest.registered

    def _checked(self, check: CheckResult) -> None:
        if check.visibility is not Visibility.VISIBLE:
            return
        self._said[check.id] = check
        if self._bar is not None and self._row is not None:
            self._bar.advance(self._row)
        if (self._silent or self._brief or self._waits or not_run(check)
                or is_unwritten(check, self._tasks)):
            return
        terminal.show(
            check_lines(check, self._out.width, repeated=repeated(check, self._said),
                        verbose=self._verbose, homework=self._homework, sources=self._sources),
            self._out)
