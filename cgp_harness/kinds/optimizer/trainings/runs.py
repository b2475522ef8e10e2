"""Trainings of rules of this process, computed once for all submissions: several of them at a time.

Most of a step's cost is the gradient, which costs little more for four rules than for one. So what
is asked for together on one problem trains as further seeds of one course. Each leaves what it
would leave alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.specified import Convention
from cgp_harness.model import Floats
from cgp_harness.probing import kept
from cgp_harness.probing.training_loop import Begin, Run, Step, course_on, drive
from cgp_reference.backend import NUMPY, Backend
from cgp_reference.problems import PROBLEMS, Course

SAME = 1e-10
"""Of a number's largest step. The worst right form is off by 2e-13."""
ROUNDING = 2.0**-24
"""Relative error of a float32 number. float64's own would do for most; an assignment may accept
float32, and where paths part exponentially (the DAG) any rounding is one too many."""
_ROUNDING_SEED = 1
MOST = 128
"""That are known at a time. A homework of four rules on two problems has 22, in both conventions,
of 0.25 or 0.4 MB each; on a GPU, which has 2,048 seeds, of 16 or 25 MB."""
MOST_RECORDED = 16
"""Of them with their gradients, of 2 to 10 MB each; such a homework has 8, in either convention."""


@dataclass(frozen=True)
class Where:
    """A problem from some seeds: how it begins, D, T and S of them."""

    begin: Begin
    size: int
    iterations: int
    seeds: tuple[int, ...]
    on: Backend = NUMPY


@dataclass(frozen=True)
class Asked:
    """A rule in training.

    Args:
        hyperparameters: by canonical names, in order.
        rounded: each step off by up to ROUNDING of itself.
        recorded: with every gradient and every step.
    """

    convention: Convention
    hyperparameters: tuple[tuple[str, float], ...]
    rounded: bool = False
    recorded: bool = False

    def step(self, where: Where) -> Step:
        """From fresh state."""
        step = self.convention.step(
            where.size, len(where.seeds), dict(self.hyperparameters), where.on)
        return _rounded(step, where.on) if self.rounded else step


@dataclass(frozen=True, eq=False)
class Training:
    """What a rule did in training; not to be changed. Equal to itself alone.

    Args:
        run: its losses.
        start: (D, S), where it began.
        gradients: (T, D, S), what it was given; of length 0 if they were not asked for.
        steps: likewise, what it answered.
    """

    run: Run
    start: Floats
    gradients: Floats
    steps: Floats

    @cached_property
    def room(self) -> Floats:
        """(D, S): how far each number's steps may be off."""
        room: Floats = SAME * np.abs(self.steps).max(axis=0)
        return room


_known: dict[tuple[Where, Asked], Training] = {}


def trained(where: Where, asked: Sequence[Asked]) -> list[Training]:
    """The trainings that are asked for; those that are not known yet side by side."""
    missing = _unread(where, [one for one in dict.fromkeys(asked) if (where, one) not in _known])
    if missing:
        with kept.alone():
            missing = _unread(where, missing)
            groups = [missing] if where.on is NUMPY else [[one] for one in missing]
            for group in filter(None, groups):
                for one, training in zip(group, _side_by_side(where, group), strict=True):
                    _known[where, one] = training
                    _write(where, one, training)
    found = [_known[where, one] for one in asked]
    _forget([key for key in _known if key[1].recorded][:-MOST_RECORDED])
    _forget([*_known][:-MOST])
    return found


def _forget(keys: Sequence[tuple[Where, Asked]]) -> None:
    for key in keys:
        del _known[key]


def recorded(step: Step, course: Course, iterations: int, *, keep_points: bool = False) -> Training:
    """Train one rule, and keep every gradient and every step."""
    gradients, steps = [], []

    def kept_step(gradient: Any, parameters: Any) -> Any:
        gradients.append(gradient.copy())
        steps.append(step(gradient, parameters))
        return steps[-1]

    run = drive(kept_step, course, iterations, keep_points=keep_points)
    return _fixed(Training(run, course.start, np.array(gradients), np.array(steps)))


def _side_by_side(where: Where, asked: Sequence[Asked]) -> list[Training]:
    steps, count = [one.step(where) for one in asked], len(where.seeds)
    seen: list[tuple[list[Floats], list[Floats]]] = [([], []) for _ in asked]
    course = course_on(where.on, where.begin, where.seeds * len(asked), where.iterations)

    def step(gradient: Any, parameters: Any) -> Any:
        answers = []
        for i, one in enumerate(asked):
            own = slice(i * count, (i + 1) * count)
            # In one piece, as it would be alone: numpy's powers may differ in their last digit.
            given, place = (np.ascontiguousarray(part[:, own]) for part in (gradient, parameters))
            answers.append(steps[i](given, place))
            if one.recorded:
                seen[i][0].append(given)
                seen[i][1].append(answers[-1])
        return np.concatenate(answers, axis=1)

    run = drive(steps[0] if len(asked) == 1 and not asked[0].recorded else step, course,
                where.iterations)
    return [
        _fixed(Training(
            Run(np.ascontiguousarray(run.losses[:, i * count:(i + 1) * count]), run.points),
            course.start[:, i * count:(i + 1) * count], *(
                np.array(one) if one else np.empty((0, where.size, count)) for one in seen[i])))
        for i in range(len(asked))]


def _fixed(training: Training) -> Training:
    for array in (training.run.losses, training.run.points, training.gradients, training.steps):
        array.setflags(write=False)
    return training


def _rounded(step: Step, on: Backend) -> Step:
    """The same steps, each off by up to ROUNDING of itself."""
    draw = np.random.default_rng(_ROUNDING_SEED)

    def rounded(gradient: Any, parameters: Any) -> Any:
        noise = on.array(draw.uniform(-1, 1, tuple(gradient.shape)))
        return step(gradient, parameters) * (1 + ROUNDING * noise)

    return rounded


def _named(where: Where, one: Asked) -> kept.Key | None:
    """What is computed, in words that say all of it; None if there are none, as for a plugin's."""
    problem = next((name for name, each in PROBLEMS.items() if each.course == where.begin), "")
    if not problem or not one.convention.origin or where.on is not NUMPY:
        return None
    return ("trainings/runs", problem, where.iterations, where.seeds, one.convention.origin,
            one.convention.name, one.hyperparameters, one.rounded, one.recorded)


def _unread(where: Where, asked: Sequence[Asked]) -> list[Asked]:
    """Those that are not kept; the others are known then."""
    missing = []
    for one in asked:
        if (training := _read(where, one)) is None:
            missing.append(one)
        else:
            _known[where, one] = training
    return missing


def _read(where: Where, one: Asked) -> Training | None:
    key = _named(where, one)
    found = kept.read(key) if key else None
    if found is None:
        return None
    return _fixed(Training(
        Run(found["losses"], np.empty((0, where.size, len(where.seeds)))), found["start"],
        found["gradients"], found["steps"]))


def _write(where: Where, one: Asked, training: Training) -> None:
    if key := _named(where, one):
        kept.write(key, {
            "losses": training.run.losses, "start": training.start,
            "gradients": training.gradients, "steps": training.steps})
