"""What the checks of a rule are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cgp_harness.checks.context import Context
from cgp_harness.kinds.optimizer import naming
from cgp_harness.kinds.optimizer.questions import Arrays, Rules, Steps, Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.kinds.optimizer.specified import Specified, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Floats
from cgp_harness.probing import starts


@dataclass(frozen=True)
class RuleContext(Context):
    """A rule under one check.

    Args:
        arrays: how the rule wants its numbers; `loads` finds out.
        in_place: where the rule changes its inputs in place ("" if it does not); it is then
            given writable copies.
        fixed: hyperparameters that the rule ignores, at the value that it uses instead.
        placed: whether a class is told where its parameters are, even if the right rule does not
            look at them: they begin at 0 otherwise.
    """

    task: OptimizerTask
    arrays: Arrays = "numpy"
    in_place: str = ""
    fixed: Mapping[str, float] = field(default_factory=dict)
    placed: bool = False

    @property
    def specified(self) -> Specified:
        """What it is compared with."""
        return specified(self.assignment, self.task)

    @property
    def probes(self) -> tuple[Trajectory, ...]:
        """What tells mistakes apart; what they are named by."""
        return self.specified.probes(self.seed)

    @property
    def rules(self) -> Rules:
        """What can be asked of it."""
        rules: Rules = self.subject.of("optimizer")
        return rules

    @property
    def rule(self) -> Details:
        """What is known of the rule under test."""
        details: Details = self.registered.details
        return details

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The student's names of the task's hyperparameters, without those it does not take."""
        return naming.meant(self.assignment, self.task, self.rule.hyperparameters)

    def named(self, canonical: str) -> str | None:
        """The student's name of a hyperparameter; None if the rule does not take it."""
        return self.names.get(canonical)

    @property
    def sees_parameter(self) -> bool:
        """Whether the rule is told the parameters' values, which then begin somewhere.

        A class, which has them in any case, is told where they are if the right rule looks at them.
        """
        return self.rule.sees_parameter or (
            self.rule.moves and (self.placed or self.specified.sees_parameter))

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
        names, run = self.names, self.specified.whole(run, self.seed)

        def own(values: Mapping[str, Any]) -> dict[str, Any]:
            return {names[key]: value for key, value in values.items() if key in names}

        return replace(
            run, start=self._start(run), hyperparameters=own(run.hyperparameters),
            schedule=own(run.schedule), factors=own(run.factors))

    def steps(self, run: Trajectory, **options: Any) -> Steps:
        """The rule's answer to a run with canonical names."""
        return self.rules.trajectory(
            self.task.id, self.translated(run), options.pop("arrays", self.arrays),
            writable=bool(self.in_place), **options,
        )

    def answer(self, run: Trajectory) -> Floats:
        """The steps (T, D) alone."""
        return self.steps(run).values

