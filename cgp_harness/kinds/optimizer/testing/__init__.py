"""A submission's step-size rule in an instructor's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer import naming
from cgp_harness.kinds.optimizer.asking import WorkerRules
from cgp_harness.kinds.optimizer.checks.first_call import trial
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.model import Problem, Status
from cgp_harness.subject import Registered, SubjectError
from cgp_harness.task import Assignment


class TestedRule:
    """`rule.step(2.0)` is the first step that it takes, as it is subtracted from the parameter.

    Attributes:
        name: what it is registered as.
        hyperparameters: the default of each, by the student's own names.

    Raises:
        SubjectError: the student's code is at fault; of all that is asked.
    """

    __test__ = False  # pytest: no class of tests

    def __init__(self, asking: WorkerRules, registered: Registered, assignment: Assignment) -> None:
        self._asking, self.name = asking, registered.name
        self._details: Details = registered.details
        self.hyperparameters: Mapping[str, float] = dict(self._details.hyperparameters)
        own = naming.canonical(assignment, self.hyperparameters, self.name)
        self._names = {canonical: name for name, canonical in own.items()} | {
            name: name for name in self.hyperparameters}

    def __repr__(self) -> str:
        return self.name

    def step(self, gradient: Any, *, parameter: Any = None, **hyperparameters: float) -> Any:
        """The first step on a gradient, a number or an array, in its shape.

        Args:
            parameter: the value before the step, for a rule that looks at it; 0 if left out.
            hyperparameters: those that are not to have their defaults.
        """
        first = self.steps([gradient], parameter=parameter, **hyperparameters)[0]
        return first if first.shape else float(first)

    def steps(self, gradients: Any, *, parameter: Any = None, **hyperparameters: float) -> Any:
        """All steps along gradients, one after the other, from a fresh state on.

        Args:
            gradients: one for each step, (T, ...).
            parameter: the value before the first step; it moves by the steps.
            hyperparameters: those that are not to have their defaults.

        Returns:
            An array (T, ...).
        """
        given = np.asarray(gradients, np.float64)
        shape = given.shape[1:]
        rows = given.reshape(len(given), -1)
        start = None
        if parameter is not None or self._details.sees_parameter:
            start = np.broadcast_to(
                np.asarray(0.0 if parameter is None else parameter, np.float64), shape).ravel()
        run = Trajectory((shape,), rows, self._own(hyperparameters), start=start)
        found = trial(
            self._asking, self.name, self._details, run,
            torch=self._asking.channel.manifest.torch)
        if found.arrays is None:
            raise SubjectError(found.problem)
        answer = self._asking.trajectory(
            self.name, run, found.arrays, writable=bool(found.in_place))
        return answer.values.reshape(given.shape)

    def _own(self, asked: Mapping[str, float]) -> dict[str, float]:
        """By the student's names.

        Raises:
            SubjectError: the rule takes none of this name.
        """
        for name in asked:
            if name not in self._names:
                raise SubjectError(Problem(
                    Status.FAILED, f"{self.name} takes no hyperparameter {name!r}",
                    expected=f"it as an argument with a default; found "
                    f"{', '.join(self.hyperparameters) or 'none'}"))
        return {self._names[name]: float(value) for name, value in asked.items()}


tested = TestedRule
