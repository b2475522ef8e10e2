"""Training under a rule, step by step: the grader holds the parameters, the rule gives the steps.

A rule never sees parameters, losses or data; it is told gradients and answers with steps. So the
student's rule, in its worker, and a reference rule, in this process, are driven by the same loop:

    course = PROBLEMS["ravine"].course(seeds, iterations)
    run = drive(of_subject(context, size, len(seeds), {"lr": 1e-2}), course, iterations)
    right = drive(of_rule(rule, size, len(seeds), {"lr": 1e-2}), course, iterations)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.model import Floats
from cgp_reference.problems import Course
from cgp_reference.rule import Rule

Step = Callable[[Floats], Floats]
"""Gradient (D, S), in loss units per parameter unit, to the step to subtract, (D, S)."""

handles = count(1)
"""A handle that was used before goes on where it stopped; so each is used once."""


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

    Raises:
        SubjectError: what `step` raises.
    """
    parameters = np.array(course.start)
    evaluate = course.bound(parameters)
    losses, points = [], [parameters.copy()] if keep_points else []
    with np.errstate(all="ignore"):
        for k in range(iterations):
            loss, gradient = evaluate(k)
            losses.append(np.array(loss))
            parameters -= step(gradient)
            if keep_points:
                points.append(parameters.copy())
    return Run(np.array(losses), np.array(points).reshape(-1, *parameters.shape))


def of_rule(rule: Rule, size: int, seeds: int, hyperparameters: Mapping[str, float]) -> Step:
    """A rule of this process, from fresh state."""
    run = rule.run([np.zeros((size, seeds))])
    return lambda gradient: np.asarray(run.step([gradient], hyperparameters)[0])


def of_subject(
    context: Context, size: int, seeds: int, hyperparameters: Mapping[str, float]
) -> Step:
    """The student's rule in its worker, from fresh state; one request a step.

    An elementwise rule, as `relations` has found out, gets one array (size, seeds), or all its
    numbers one by one. Any other gets one parameter (size,) for each seed.

    Args:
        context: the task; `learned["elementwise"]` is what `relations` leaves.
        size: D.
        seeds: S.
        hyperparameters: by canonical name; those that the rule does not take are left out.
    """
    handle, subject, rule = next(handles), context.subject, context.rule.name
    given = {
        name: value for key, value in hyperparameters.items() if (name := context.named(key))
    }
    together = elementwise(context)
    shapes = ((size, seeds),) if together else ((size,),) * seeds

    def step(gradient: Floats) -> Floats:
        numbers = (gradient if together else gradient.T).ravel()
        values = subject.step(
            handle, rule, shapes, numbers, given, context.arrays, writable=bool(context.in_place),
        ).values
        return values.reshape(size, seeds) if together else values.reshape(seeds, size).T

    return step


def seeds_from(seed: int, stream: int, count: int) -> tuple[int, ...]:
    """Seeds that all rules share, no two of them equal; each check draws with a stream of its own.

    Fewer are the first of more.
    """
    first = int(np.random.SeedSequence([seed, stream]).generate_state(1)[0])
    return tuple(first + i for i in range(count))


def elementwise(context: Context) -> bool:
    """Whether the student's rule treats each number as if it were alone, as far as is known."""
    return context.arrays == "scalar" or bool(context.learned.get("elementwise"))


def in_force(context: Context, hyperparameters: Mapping[str, float]) -> dict[str, float]:
    """Hyperparameters as the student's code has them: some are fixed in it, at its own value."""
    return {**hyperparameters, **context.fixed, **context.learned.get("fixed", {})}


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
