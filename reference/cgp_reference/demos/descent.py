"""A rule on its way down a loss surface: every point it comes to, and the loss there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_reference.optimizers import RULES

Floats = NDArray[np.float64]

LABELS: Mapping[str, str] = MappingProxyType({
    "sgd": "SGD", "sgd_plus": "SGD+", "adagrad": "AdaGrad", "rmsprop": "RMSProp", "adam": "Adam",
})
"""What the lecture calls the reference rules."""
FAR = 1e6
"""In parameter units: a rule that gets so far from a surface a few units wide has diverged."""


@dataclass(frozen=True)
class Stepper:
    """A rule at work on one list of parameters.

    Args:
        label: what tables and legends call it; begins with a letter, as matplotlib shows no label
            that begins with "_".
        rule: what it is registered as.
        learning_rate: as given to the rule; None if it takes none.
        step: gradient (D,), in loss units per parameter unit -> step to subtract (D,), in
            parameter units. The state is kept behind it: call it once for each step.
        plugin: whether it is a student's.
    """

    label: str
    rule: str
    learning_rate: float | None
    step: Callable[[Floats], Floats]
    plugin: bool = False


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a rule went.

    Args:
        stepper: the rule.
        points: (T+1, D), in parameter units; row 0 is the start.
        losses: (T+1,), the loss at each point.
        iterations: how many steps it was to take; T is less if it diverged.
    """

    stepper: Stepper
    points: Floats
    losses: Floats
    iterations: int

    @property
    def diverged_at(self) -> int | None:
        """Number of the step that led farther than `FAR`, or to no number; None if none did."""
        return len(self.points) if len(self.points) <= self.iterations else None

    def first_below(self, target: float) -> int | None:
        """Number of the step after which the loss was below `target` for the first time."""
        below = np.flatnonzero(self.losses < target)
        return int(below[0]) if below.size else None


def reference(rule: str, label: str, learning_rate: float, size: int = 2) -> Stepper:
    """A reference rule about to take its first step, with its other hyperparameters as they are.

    >>> reference("sgd_plus", "SGD+", 0.5, size=1).step(np.array([4.0]))
    array([2.])
    """
    run = RULES[rule].run([np.zeros(size)])

    def step(gradient: Floats) -> Floats:
        (answer,) = run.step([gradient], {"lr": learning_rate})
        return np.asarray(answer, np.float64)

    return Stepper(label, rule, learning_rate, step)


def descend(
    stepper: Stepper, start: Floats, iterations: int, *,
    loss: Callable[[Floats], Any], gradient: Callable[[Floats, int], Floats],
) -> Descent:
    """Take `iterations` steps from `start`, or as many as it takes to diverge.

    Args:
        stepper: a rule that has not taken a step yet.
        start: (D,), in parameter units.
        iterations: how many steps, 1 or more.
        loss: at a point (D,).
        gradient: at a point, for step number k = 1, 2, …; in loss units per parameter unit.
    """
    points, losses = [start], [float(loss(start))]
    for k in range(1, iterations + 1):
        point = points[-1] - stepper.step(gradient(points[-1], k))
        # Written so that a nan is far as well.
        if not np.abs(point).max() <= FAR:
            break
        points.append(point)
        losses.append(float(loss(point)))
    return Descent(stepper, np.array(points), np.array(losses), iterations)
