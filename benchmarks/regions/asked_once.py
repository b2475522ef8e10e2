"""Fixed runs of a rule are the same with every seed: in its worker they are run once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cgp_harness import assignment
from cgp_harness.assignment import Task
from cgp_harness.checks.rules.ground import ground
from cgp_harness.sandbox.subject import WorkerSubject
from cgp_harness.subject import Steps, SubjectError, Trajectory


class AskedOnce:
    """A worker, with the answers to the declared ground kept.

    Only for a rule that remembers nothing from one run to the next.
    """

    def __init__(self, worker: WorkerSubject, task: Task) -> None:
        self._worker = worker
        defaults = tuple(task.hyperparameters.items())
        self._fixed = {
            id(probe.run.gradients)
            for groups in (False, True) for probe in ground(defaults, groups=groups)}
        self._answers: dict[Any, Steps | SubjectError] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._worker, name)

    def trajectory(self, rule: str, run: Trajectory, *arguments: Any, **named: Any) -> Steps:
        """As of any subject."""
        if id(run.gradients) not in self._fixed:
            return self._worker.trajectory(rule, run, *arguments, **named)
        plain = replace(run, gradients=run.gradients[:0])
        key = id(run.gradients), repr((plain, arguments, named))
        if key not in self._answers:
            try:
                self._answers[key] = self._worker.trajectory(rule, run, *arguments, **named)
            except SubjectError as error:
                self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, SubjectError):
            raise answer
        return answer


def once(worker: WorkerSubject, homework: str, task: str) -> AskedOnce:
    """The worker for one task of a homework."""
    return AskedOnce(worker, assignment.load(homework).task(task))
