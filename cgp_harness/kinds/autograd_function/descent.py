"""A submission's Function in a demo: every value and gradient is asked of its worker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.autograd_function.probes.at_work import Asked
from cgp_harness.kinds.autograd_function.questions import functions
from cgp_harness.model import Floats, Problem
from cgp_harness.probing.text import shown
from cgp_harness.subject import Registered, Subject, SubjectError
from cgp_harness.task import Assignment
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent


def descent(
    subject: Subject, info: Registered, number: int, assignment: Assignment, demo: Demo, seed: int,
    iterations: int,
) -> Descent | Problem:
    """The descent of SGD with this Function behind the hidden layer, or what ended it."""
    del number, assignment
    if demo.extended is None:
        raise ValueError(f"{demo.name} has no place for a Function")
    asked = Asked(functions(subject), info.name, ("x",))
    try:
        return demo.extended(
            f"plugin: SGD, {shown(info.name)}", _Elementwise(asked), seed, iterations)
    except SubjectError as error:
        return error.problem


@dataclass(frozen=True)
class _Elementwise:
    """One call at a time."""

    asked: Asked

    def forward(self, x: Floats) -> Floats:
        """See `Extension`."""
        [answer] = self.asked.forward([x[None]], x[None])
        return np.asarray(answer)

    def backward(self, x: Floats, arriving: Floats) -> Floats:
        """See `Extension`."""
        [[answer]] = self.asked.backward([x[None]], arriving[None], (True,))
        return np.asarray(answer)
