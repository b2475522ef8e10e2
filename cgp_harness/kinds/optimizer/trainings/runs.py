"""Trainings of rules of this process, computed once for all submissions: several of them at a time.

A call costs little more for thirteen runs than for one. So what is asked for together on one
problem trains as further seeds of one course. Each leaves what it would leave alone.
"""

from __future__ import annotations

import itertools
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

Given = tuple[tuple[str, float], ...]
"""Hyperparameters by canonical names, in order."""
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
        rounded: each step off by up to ROUNDING of itself.
        recorded: with every gradient and every step.
    """

    convention: Convention
    hyperparameters: Given
    rounded: bool = False
    recorded: bool = False

    @property
    def rule(self) -> tuple[Convention, Given]:
        """What decides its next step, but for the rounding."""
        return self.convention, self.hyperparameters


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
                for one, training in _side_by_side(where, group).items():
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


def _side_by_side(where: Where, asked: Sequence[Asked]) -> dict[Asked, Training]:
    """Of each rule all that is asked, as further seeds of it; the rules as further ones of those.
    """
    count = len(where.seeds)
    rules: dict[tuple[Convention, Given], list[Asked]] = {}
    for one in asked:
        rules.setdefault(one.rule, []).append(one)
    runs = [one for same in rules.values() for one in same]
    places = {one: slice(i * count, (i + 1) * count) for i, one in enumerate(runs)}
    shape = where.iterations, where.size, count
    seen = {one: (np.empty(shape), np.empty(shape)) for one in runs if one.recorded}
    step, turn = _rounded(_abreast([
        (convention.step(where.size, len(same) * count, dict(given), where.on), len(same) * count)
        for (convention, given), same in rules.items()
    ]), [places[one] for one in runs if one.rounded], where), itertools.count()

    def recorded_step(gradient: Any, parameters: Any) -> Any:
        k, answer = next(turn), step(gradient, parameters)
        for one, (gradients, steps) in seen.items():
            gradients[k], steps[k] = gradient[:, places[one]], answer[:, places[one]]
        return answer

    course = course_on(where.on, where.begin, where.seeds * len(runs), where.iterations)
    run = drive(recorded_step if seen else step, course, where.iterations)
    none = np.empty((0, where.size, count))
    return {one: _fixed(Training(
        Run(np.ascontiguousarray(run.losses[:, own]), run.points), course.start[:, own],
        *seen.get(one, (none, none)))) for one, own in places.items()}


def _abreast(steps: Sequence[tuple[Step, int]]) -> Step:
    """Steps as one: each is given so many seeds, those that come next."""
    ends = [*itertools.accumulate(width for _, width in steps)]
    own = [(one, slice(end - width, end)) for (one, width), end in zip(steps, ends, strict=True)]

    def step(gradient: Any, parameters: Any) -> Any:
        # In one piece, as it would be alone: numpy's powers may differ in their last digit.
        return np.concatenate([
            one(np.ascontiguousarray(gradient[:, these]), parameters[:, these])
            for one, these in own], axis=1)

    return step if len(steps) > 1 else steps[0][0]


def _fixed(training: Training) -> Training:
    for array in (training.run.losses, training.run.points, training.gradients, training.steps):
        array.setflags(write=False)
    return training


def _rounded(step: Step, places: Sequence[slice], where: Where) -> Step:
    """The same steps; those of some seeds are off by up to ROUNDING of themselves."""
    if not places:
        return step
    draw, count, on = np.random.default_rng(_ROUNDING_SEED), len(where.seeds), where.on

    def rounded(gradient: Any, parameters: Any) -> Any:
        answer = step(gradient, parameters)
        # The same for each rule, as if it were alone.
        noise = on.array(1 + ROUNDING * draw.uniform(-1, 1, (where.size, count)))
        factors = on.ones(tuple(answer.shape))
        for own in places:
            factors[:, own] = noise
        return answer * factors

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
