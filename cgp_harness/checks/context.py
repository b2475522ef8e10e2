"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cgp_harness.assignment import Assignment, Task
from cgp_harness.model import Diagnosis, Floats, Problem, Status, Submission
from cgp_harness.plot import Plot
from cgp_harness.probing import starts
from cgp_harness.probing.devices import CPU, Device
from cgp_harness.subject import Arrays, ExtensionInfo, RuleInfo, Steps, Subject, Trajectory


@dataclass(frozen=True)
class Outcome:
    """How a check ended.

    Args:
        fraction: share of the check's points that is earned.
        learned: what later checks of the task may build on, by name.
        blocks: whether later checks of the task make no sense any more.
        plots: what figures of it would show.
    """

    status: Status
    fraction: float
    message: str = ""
    diagnosis: Diagnosis | None = None
    counterexample: Mapping[str, Any] | None = None
    learned: Mapping[str, Any] = field(default_factory=dict)
    blocks: bool = False
    plots: tuple[Plot, ...] = ()


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
    """One task of one submission under one check.

    Args:
        arrays: how the rule wants its numbers; `loads` finds out.
        in_place: where the rule changes its inputs in place ("" if it does not); it is then
            given writable copies.
        fixed: hyperparameters that the rule ignores, at the value that it uses instead.
        learned: what the checks before this one found out.
        device: where `convergence` computes.
        specified_sees_parameter: whether the right rule looks at the parameters; then a class,
            which has them in any case, is told where they are.
    """

    assignment: Assignment
    task: Task
    submission: Submission
    subject: Subject
    seed: int
    arrays: Arrays = "numpy"
    in_place: str = ""
    fixed: Mapping[str, float] = field(default_factory=dict)
    learned: Mapping[str, Any] = field(default_factory=dict)
    device: Device = CPU
    specified_sees_parameter: bool = False

    def knowing(self, learned: Mapping[str, Any]) -> Context:
        """The same with what has been found out."""
        return replace(self, learned={**self.learned, **learned})

    @property
    def rule(self) -> RuleInfo:
        """The rule under test; `loads` has made sure that there is one."""
        rule = self.subject.manifest.rule(self.task.id)
        assert rule is not None
        return rule

    @property
    def extension(self) -> ExtensionInfo:
        """The Function, activation or backpropagation under test; `loads` found it."""
        assert self.task.kind != "optimizer"
        extension = self.subject.manifest.extension(self.task.kind, self.task.id)
        assert extension is not None
        return extension

    @property
    def names(self) -> Mapping[str, str]:
        """The student's names of the task's hyperparameters, without those it does not take."""
        return self.assignment.meant(self.task, self.rule.hyperparameters)

    def named(self, canonical: str) -> str | None:
        """The student's name of a hyperparameter; None if the rule does not take it."""
        return self.names.get(canonical)

    @property
    def sees_parameter(self) -> bool:
        """Whether the rule is told the parameters' values, which then begin somewhere."""
        return self.rule.sees_parameter or (
            self.rule.kind == "torch" and self.specified_sees_parameter)

    def begun(self, run: Trajectory) -> Trajectory:
        """The run as this rule sees it: with values to begin from only if it looks at them."""
        start = self._start(run)
        return run if run.start is start else replace(run, start=start)

    def _start(self, run: Trajectory) -> Floats | None:
        if not self.sees_parameter:
            return None
        return run.start if run.start is not None else starts.generic(
            run.gradients.shape[1], self.seed)

    def translated(self, run: Trajectory) -> Trajectory:
        """The run with the student's names, without what the task or the rule does not take."""
        names = self.names

        def own(values: Mapping[str, Any]) -> dict[str, Any]:
            return {names[key]: value for key, value in values.items() if key in names}

        return replace(
            run, start=self._start(run), hyperparameters=own(run.hyperparameters),
            schedule=own(run.schedule), factors=own(run.factors))

    def steps(self, run: Trajectory, **options: Any) -> Steps:
        """The rule's answer to a run with canonical names."""
        return self.subject.trajectory(
            self.rule.name, self.translated(run), options.pop("arrays", self.arrays),
            writable=bool(self.in_place), **options,
        )

    def answer(self, run: Trajectory) -> Floats:
        """The steps (T, D) alone."""
        return self.steps(run).values

