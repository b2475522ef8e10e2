"""A submission's rule in a demo: each step is asked of its worker."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cgp_harness.kinds.optimizer.naming import canonical
from cgp_harness.kinds.optimizer.questions import Arrays
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.model import Floats, Problem, Status
from cgp_harness.probing.text import shown
from cgp_harness.subject import Registered, Subject, SubjectError
from cgp_harness.task import Assignment
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent, Stepper

STOPPED = (Status.TIMEOUT, Status.KILLED, Status.OUT_OF_MEMORY)
"""The worker is gone: another kind of array would end no better."""


def descent(
    subject: Subject, info: Registered, number: int, assignment: Assignment, demo: Demo, seed: int,
    iterations: int,
) -> Descent | Problem:
    """The rule's descent through a demo, or what ended it.

    Args:
        number: which of the submission's rules, from 0.
        assignment: says which names a learning rate has.
    """
    return _Rule(subject, info, number, assignment, demo).follow(seed, iterations)


class _Rule:
    """One rule of a submission, tried on arrays of every kind until one carries it through."""

    def __init__(
        self, subject: Subject, info: Registered, number: int, assignment: Assignment, demo: Demo
    ) -> None:
        if demo.follow is None:
            raise ValueError(f"{demo.name} follows no rule")
        self.subject, self.info, self.number, self.through = subject, info, number, demo.follow
        self.details: Details = info.details
        self.rate = demo.learning_rate(info.name)
        self.given: Mapping[str, float] = {
            name: self.rate
            for name, meant in canonical(
                assignment, self.details.hyperparameters, info.name).items()
            if meant == "lr"
        }
        self.taken = 0

    def follow(self, seed: int, iterations: int) -> Descent | Problem:
        """Its descent; or, of the attempts that failed, what ended the one that came farthest."""
        kinds: tuple[Arrays, ...] = ("numpy", "scalar")
        if self.subject.manifest.torch:
            kinds = ("numpy", "torch", "scalar")
        ended: list[tuple[int, int, Problem]] = []
        for attempt, arrays in enumerate(kinds):
            self.taken = 0
            # No handle twice: each attempt begins from fresh state.
            handle = len(kinds) * self.number + attempt
            try:
                return self.through(self._stepper(handle, arrays), seed, iterations)
            except SubjectError as error:
                ended.append((self.taken, error.problem.line, error.problem))
                # Numbers cannot be changed in place: the mistake would go unseen.
                if error.problem.status in STOPPED or error.kind == "read_only":
                    break
        return max(ended, key=lambda end: end[:2])[2]

    def _stepper(self, handle: int, arrays: Arrays) -> Stepper:
        def step(gradient: Floats, point: Floats) -> Floats:
            answer = self.subject.of("optimizer").step(
                handle, self.info.name, (gradient.shape,), gradient, self.given, arrays,
                parameters=point if self.details.sees_parameter else None,
            )
            self.taken += 1
            return np.array(answer.values[0])

        label = f"plugin: {shown(self.info.name)}"
        rate = self.rate if self.given else None
        return Stepper(label, self.info.name, rate, plugin=True, step=step)
