"""Training under a rule, step by step: the grader holds the parameters, the rule gives the steps.

A rule never sees losses or data, and can change no parameter; it is told gradients, and the values
of the parameters if it asks for them, and answers with steps. So the student's rule, in its worker,
and a reference rule, in this process, are driven by the same loop:

    course = PROBLEMS["ravine"].course(seeds, iterations)
    run = drive(of_subject(Entrant(context, {"lr": 1e-2}), size, len(seeds)), course, iterations)
    right = drive(of_rule(rule, size, len(seeds), {"lr": 1e-2}), course, iterations)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from cgp_harness.model import Floats
from cgp_reference.backend import NUMPY, Backend, backend_of
from cgp_reference.problems import Course
from cgp_reference.rule import Rule

Step = Callable[[Any, Any], Any]
"""Gradient (D, S), in loss units per parameter unit, and the parameters as they are, (D, S), to the
step to subtract, (D, S).

Arrays of numpy's, or tensors on the course's device. The parameters move on: a copy may be kept.
"""

Begin = Callable[..., Course]
"""A problem's `course`: seeds, iterations, and for the reference's own problems a `backend`."""


@dataclass(frozen=True)
class Run:
    """What a training leaves.

    Args:
        losses: before each step, (T, S), in loss units.
        points: parameters before the first step and after each, (T + 1, D, S); of length 0 if
            they were not asked for.
    """

    losses: Floats
    points: Floats


def drive(step: Step, course: Course, iterations: int, *, keep_points: bool = False) -> Run:
    """Train from the course's start; parameters may run away to infinity, which is no error.

    Computes where the course is. What it leaves is numpy's.

    Raises:
        SubjectError: what `step` raises.
    """
    backend = backend_of(course.start)
    parameters = backend.copy(course.start)
    evaluate = course.bound(parameters)
    losses, points = [], [backend.copy(parameters)] if keep_points else []
    with np.errstate(all="ignore"):
        for k in range(iterations):
            loss, gradient = evaluate(k)
            losses.append(backend.copy(loss))
            parameters -= step(gradient, parameters)
            if keep_points:
                points.append(backend.copy(parameters))
    return Run(_stacked(backend, losses), _stacked(backend, points, parameters.shape))


def of_rule(
    rule: Rule, size: int, seeds: int, hyperparameters: Mapping[str, float],
    backend: Backend = NUMPY, *, together: bool = True,
) -> Step:
    """A rule of this process, from fresh state.

    Args:
        backend: whose arrays it is given.
        together: all seeds in one parameter (D, S); else each in one of its own, (D,).
    """
    def parts(values: Any) -> list[Any]:
        return [values] if together else list(values.T)

    run = rule.run(parts(backend.zeros((size, seeds))))
    if together and not rule.sees_parameter:  # most are: a call less for each of 38,000 steps
        return lambda gradient, _: run.step([gradient], hyperparameters)[0]

    def step(gradient: Any, parameters: Any) -> Any:
        seen = parts(backend.copy(parameters)) if rule.sees_parameter else ()
        steps = run.step(parts(gradient), hyperparameters, seen)
        return steps[0] if together else backend.namespace.stack(steps).T

    return step


def course_on(backend: Backend, begin: Begin, seeds: Sequence[int], iterations: int) -> Course:
    """The course on a backend; of a plugin's problem there is only numpy's."""
    if backend is NUMPY:
        return begin(seeds, iterations)
    return begin(seeds, iterations, backend=backend)


def through_host(step: Step, backend: Backend) -> Step:
    """A step of numpy's arrays, for gradients that are the backend's."""
    def copied(gradient: Any, parameters: Any) -> Any:
        given = (np.ascontiguousarray(backend.numpy(one)) for one in (gradient, parameters))
        return backend.array(step(*given))

    return step if backend is NUMPY else copied


def _stacked(backend: Backend, arrays: list[Any], shape: tuple[int, ...] = ()) -> Floats:
    if not arrays:
        return np.empty((0, *shape))
    stacked: Floats = backend.numpy(backend.namespace.stack(arrays))
    return stacked


def seeds_from(seed: int, stream: int, count: int) -> tuple[int, ...]:
    """Seeds that all rules share, no two of them equal; each check draws with a stream of its own.

    Fewer are the first of more.
    """
    first = int(np.random.SeedSequence([seed, stream]).generate_state(1)[0])
    return tuple(first + i for i in range(count))


@dataclass(frozen=True)
class Together:
    """Several courses of the same seeds as one: their parameters under one another, one step.

    For elementwise rules only. A request costs 0.1 ms however few numbers it holds, so three
    problems together cost a third of what they cost one by one.

    Args:
        courses: at least one, for the same S seeds.
        lengths: iterations of each course. One that is over gives its last gradient on and on,
            since no other is as sure to be a gradient that the rule can take.
    """

    courses: tuple[Course, ...]
    lengths: tuple[int, ...]

    @property
    def iterations(self) -> int:
        """T of the longest."""
        return max(self.lengths)

    @property
    def start(self) -> Floats:
        """(sum of D, S)."""
        return np.concatenate([course.start for course in self.courses])

    def bound(self, parameters: Floats) -> Callable[[int], tuple[Floats, Floats]]:
        """As of any course; losses (P * S,), NaN where a course is over."""
        courses = [
            (slice(begin, end), course.bound(parameters[begin:end]), length)
            for (begin, end), course, length in zip(
                self._rows(), self.courses, self.lengths, strict=True)
        ]
        gradient = np.zeros_like(parameters)

        def evaluate(k: int) -> tuple[Floats, Floats]:
            losses = np.full((len(courses), parameters.shape[1]), np.nan)
            for i, (rows, one, length) in enumerate(courses):
                if k < length:
                    losses[i], gradient[rows] = one(k)
            return losses.ravel(), gradient.copy()

        return evaluate

    def split(self, run: Run) -> tuple[Run, ...]:
        """The run of each course, to its own length."""
        seeds = run.losses.shape[1] // len(self.courses)
        return tuple(
            Run(run.losses[:length, i * seeds:(i + 1) * seeds], run.points[:length + 1, begin:end])
            for i, ((begin, end), length) in enumerate(
                zip(self._rows(), self.lengths, strict=True))
        )

    def _rows(self) -> list[tuple[int, int]]:
        ends = np.cumsum([0, *(len(course.start) for course in self.courses)]).tolist()
        return list(pairwise(ends))
