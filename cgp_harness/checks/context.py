"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from cgp_harness.model import Diagnosis, Numbers, Problem, Status, Submission
from cgp_harness.model.plot import Plot
from cgp_harness.probing.devices import CPU, Device
from cgp_harness.subject import Registered, Subject
from cgp_harness.task import Assignment, Task


@dataclass(frozen=True)
class Outcome:
    """How a check ended.

    Args:
        fraction: share of the check's points that is earned.
        learned: what later checks of the task may build on, by name.
        blocks: whether later checks of the task make no sense any more.
        plots: what figures of it would show.
        answers: to the check's fixed run, where it failed.

    Raises:
        TypeError, ValueError: the status, the fraction or the message is none: the check is at
            fault that made it, and not the submission.
    """

    status: Status
    fraction: float
    message: str = ""
    diagnosis: Diagnosis | None = None
    counterexample: Mapping[str, Any] | None = None
    learned: Mapping[str, Any] = field(default_factory=dict)
    blocks: bool = False
    plots: tuple[Plot, ...] = ()
    answers: Numbers = ()

    def __post_init__(self) -> None:
        if not isinstance(self.status, Status) or not isinstance(self.message, str):
            raise TypeError(
                f"an outcome of the status {self.status!r:.40} and the message "
                f"{self.message!r:.40}; expected a Status and a text")
        if not 0.0 <= self.fraction <= 1.0:
            raise ValueError(f"a fraction of {self.fraction!r:.40} of the points; expected 0 to 1")


def passed(message: str = "", **further: Any) -> Outcome:
    """All points."""
    return Outcome(Status.PASSED, 1.0, message, **further)


def failed(message: str, **further: Any) -> Outcome:
    """No points, unless `fraction` says so."""
    return replace(Outcome(Status.FAILED, 0.0, message), **further)


def stopped(problem: Problem) -> Outcome:
    """The student's code raised, hung or died: no points, and nothing later makes sense."""
    return Outcome(problem.status, 0.0, str(problem), blocks=True)


@dataclass(frozen=True)
class Context:
    """One task of one submission under one check. A kind may add what its checks need.

    Args:
        learned: what the checks before this one found out.
        device: where a training computes.
    """

    assignment: Assignment
    task: Task
    submission: Submission
    subject: Subject
    seed: int
    device: Device = CPU
    learned: Mapping[str, Any] = field(default_factory=dict)

    def knowing(self, learned: Mapping[str, Any]) -> Self:
        """The same with what has been found out."""
        return replace(self, learned={**self.learned, **learned})

    @property
    def registered(self) -> Registered:
        """What is under test; `loads` found it."""
        registered = self.subject.manifest.find(self.task.kind, self.task.id)
        assert registered is not None
        return registered
