"""A rule on its way down a loss: the points that it comes to, and the loss there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
"""In parameter units: a rule that gets so far from a start a few units from 0 has diverged."""


@dataclass(frozen=True)
class Method:
    """Who descends: a step-size rule, or whatever else changes parameters.

    Args:
        label: what tables and legends call it; begins with a letter, as matplotlib shows no label
            that begins with "_".
        rule: what it is registered as.
        learning_rate: as given to the rule; None if it takes none.
        plugin: whether it is a student's.
    """

    label: str
    rule: str
    learning_rate: float | None
    plugin: bool = False


@dataclass(frozen=True)
class Stepper(Method):
    """A rule at work on one list of parameters.

    Args:
        step: gradient (D,), in loss units per parameter unit, and the parameters (D,) before the
            step -> step to subtract (D,), in parameter units. The state is kept behind it: call it
            once for each step.
    """

    step: Callable[[Floats, Floats], Floats] = field(kw_only=True)


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a rule went.

    Args:
        method: the rule.
        points: (T+1, D), in parameter units; row 0 is the start, and the only row where the points
            between are not known.
        losses: (T+1,), the loss at each point; in training, that of the batch drawn there.
        iterations: how many steps it was to take; T is less if it diverged.
        others: (T+1, S), the losses of the same rule from S further seeds; None if there are none.
    """

    method: Method
    points: Floats
    losses: Floats
    iterations: int
    others: Floats | None = None

    @property
    def diverged_at(self) -> int | None:
        """Number of the step that led farther than `FAR`, or to no number; None if none did."""
        return len(self.losses) if len(self.losses) <= self.iterations else None

    def first_below(self, target: float) -> int | None:
        """Number of the step after which the loss was below `target` for the first time."""
        below = np.flatnonzero(self.losses < target)
        return int(below[0]) if below.size else None


def reference(rule: str, label: str, learning_rate: float, size: int = 2) -> Stepper:
    """A reference rule about to take its first step, with its other hyperparameters as they are.

    >>> reference("sgd_plus", "SGD+", 0.5, size=1).step(np.array([4.0]), np.array([1.0]))
    array([2.])
    """
    run = RULES[rule].run([np.zeros(size)])

    def step(gradient: Floats, point: Floats) -> Floats:
        (answer,) = run.step([gradient], {"lr": learning_rate}, [point])
        return np.asarray(answer, np.float64)

    return Stepper(label, rule, learning_rate, step=step)


def descend(
    stepper: Stepper, start: Floats, iterations: int,
    measured: Callable[[Floats, int], tuple[Any, Floats]],
) -> Descent:
    """Take `iterations` steps from `start`, or as many as it takes to diverge.

    Args:
        stepper: a rule that has not taken a step yet.
        start: (D,), in parameter units.
        iterations: how many steps, 1 or more.
        measured: at a point (D,), for step number k = 1, 2, …: the loss, and the gradient (D,) in
            loss units per parameter unit. Asked once more at the end, for the last loss.
    """
    points, losses = [start], []
    for k in range(1, iterations + 1):
        loss, gradient = measured(points[-1], k)
        losses.append(float(loss))
        point = points[-1] - stepper.step(gradient, points[-1])
        # Written so that a nan is far as well.
        if not np.abs(point).max() <= FAR:
            break
        points.append(point)
    else:
        losses.append(float(measured(points[-1], iterations + 1)[0]))
    return Descent(stepper, np.array(points), np.array(losses), iterations)
