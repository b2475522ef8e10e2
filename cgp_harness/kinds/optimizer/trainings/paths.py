"""The right rule's path on a problem, how far it can be followed, and how far another is off it.

Two right rules that round differently come apart: on the problems meant here by 1e-12 of the way in
200 steps. But they part exponentially where the path is chaotic, and wherever a rule jumps to and
fro across a valley with no way left to go. So the right rule takes each path twice, the second time
with steps that are rounded worse than any rule rounds. Once these two have parted, or the loss runs
away, nobody is compared any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.optimizer.trainings.runs import Training, recorded
from cgp_harness.model import Floats
from cgp_harness.probing import kept
from cgp_harness.probing.training_loop import Run, Step
from cgp_reference.problems import Course, Evaluate, Problem

STEPS = 200
CHAOTIC_STEPS = 50
BACK_EVERY = 5
"""Steps after which parameters are put back on a chaotic path; the states are kept."""
STANDSTILL = 1e-6
"""Of a parameter's size: a way shorter than that has fewer than ten exact digits."""
RUNAWAY = 1e6
"""Times the first loss: from there float32 overflows where float64 does not."""
MARGIN = 0.1
"""Of the tolerance: how far the right rule may be off its own path for others to be compared."""


@dataclass(frozen=True)
class Precision:
    """How exactly a rule can follow.

    Args:
        tolerance: allowed distance, as a share of the way that the parameter has come.
        noise: what is added to each step of the second run, as a share of the step.
    """

    tolerance: float
    noise: float


DOUBLE = Precision(tolerance=1e-8, noise=1e-14)
"""Right rules in other orders of operations stay within 4e-13; the smallest single mistake, a
missing eps, is off by 0.05 and more on the default problems (20 seeds)."""
SINGLE = Precision(tolerance=1e-3, noise=1e-6)
"""Right rules in float32 stay within 3e-6 (20 seeds)."""


@dataclass(frozen=True, eq=False)
class Path:
    """A path to follow. Equal to itself alone.

    Args:
        seeds: of the problem.
        course: what another rule has to run on: the problem's, or one that leads back to the path.
        training: the right rule's, with its points.
        firm: (T + 1, S), where others can be compared: up to some point of each seed's path.
    """

    problem: Problem
    seeds: tuple[int, ...]
    course: Course
    training: Training
    firm: NDArray[np.bool_]

    @property
    def run(self) -> Run:
        """The right rule's."""
        return self.training.run

    @property
    def iterations(self) -> int:
        """T."""
        return len(self.run.losses)

    @property
    def compared(self) -> int:
        """Steps that are compared on every seed; fewer than T if it parts or runs away."""
        return int(self.firm.sum(axis=0).min()) - 1

    @property
    def size(self) -> int:
        """D."""
        return len(self.course.start)


def path(
    problem: Problem, seeds: Sequence[int], begin: Callable[[int, int], Step], precision: Precision,
    key: kept.Key | None = None,
) -> Path:
    """The path of a right rule; `begin` gives it for D parameters from each of S seeds, from fresh
    state.

    Args:
        key: under which it is kept on disk, if it is.
    """
    course = problem.course(seeds, CHAOTIC_STEPS if problem.chaotic else STEPS)
    found = _read(problem, seeds, course, key)
    if found is not None:
        return found
    with kept.alone():
        return _read(problem, seeds, course, key) or _computed(
            problem, seeds, course, begin, precision, key)


def _read(
    problem: Problem, seeds: Sequence[int], course: Course, key: kept.Key | None
) -> Path | None:
    known = kept.read(key) if key else None
    if known is None:
        return None
    training = Training(
        Run(known["losses"], known["points"]), known["start"], known["gradients"], known["steps"])
    back = BackOnPath(course, training.run.points, BACK_EVERY) if problem.chaotic else course
    return Path(problem, tuple(seeds), back, training, known["firm"].astype(bool))


def _computed(
    problem: Problem, seeds: Sequence[int], course: Course, begin: Callable[[int, int], Step],
    precision: Precision, key: kept.Key | None,
) -> Path:
    steps, count = (CHAOTIC_STEPS if problem.chaotic else STEPS), len(seeds)
    twice = _Twice(problem.course((*seeds, *seeds), steps), problem.chaotic)
    both = recorded(
        _noisy(begin(len(course.start), 2 * count), precision.noise), twice, steps,
        keep_points=True)
    run, noisy = (
        Run(both.run.losses[:, own], both.run.points[..., own])
        for own in (slice(count), slice(count, None)))
    training = Training(
        run, course.start, both.gradients[..., :count], both.steps[..., :count])
    back = BackOnPath(course, run.points, BACK_EVERY) if problem.chaotic else course
    firm: NDArray[np.bool_] = np.all(off(noisy, run) < MARGIN * precision.tolerance, axis=1)
    firm[1:] &= run.losses <= RUNAWAY * run.losses[0]  # false if it is NaN
    firm = np.logical_and.accumulate(firm, axis=0)
    firm.setflags(write=False)
    if key:
        kept.write(key, {
            "losses": run.losses, "points": run.points, "start": training.start,
            "gradients": training.gradients, "steps": training.steps,
            "firm": firm.astype(np.float64)})
    return Path(problem, tuple(seeds), back, training, firm)


def off(run: Run, right: Run) -> Floats:
    """How far a run is off the right one at each point, (T + 1, D, S).

    In shares of the way that the right run's parameter has come so far, at its farthest: so the
    first step counts as much as the hundredth, and a flat direction as much as a steep one.
    Infinite where a number is not finite, or moves and should not.
    """
    with np.errstate(all="ignore"):
        way = np.maximum.accumulate(np.abs(right.points - right.points[0]), axis=0)
        scale = np.maximum(way, STANDSTILL * np.abs(right.points))
        apart = np.abs(run.points - right.points)
        share = np.where(apart == 0, 0.0, apart / scale)
    return np.where(np.isnan(share), np.inf, share)


@dataclass(frozen=True)
class BackOnPath:
    """A course that puts its parameters back on a path every so many steps."""

    course: Course
    points: Floats
    every: int

    @property
    def start(self) -> Floats:
        """(D, S)."""
        return self.course.start

    def bound(self, parameters: Floats) -> Evaluate:
        """As of any course."""
        evaluate = self.course.bound(parameters)

        def on_path(k: int) -> tuple[Floats, Floats]:
            if k % self.every == 0:
                parameters[...] = self.points[k]
            return evaluate(k)

        return on_path


@dataclass(frozen=True)
class _Twice:
    """A course of the same seeds twice, the second half to be run with noise.

    Args:
        back: whether that is put back on the first half's path, as others are.
    """

    course: Course
    back: bool

    @property
    def start(self) -> Floats:
        """(D, 2 S)."""
        return self.course.start

    def bound(self, parameters: Floats) -> Evaluate:
        """As of any course."""
        evaluate, count = self.course.bound(parameters), parameters.shape[1] // 2

        def both(k: int) -> tuple[Floats, Floats]:
            if self.back and k % BACK_EVERY == 0:
                parameters[:, count:] = parameters[:, :count]
            return evaluate(k)

        return both


def _noisy(step: Step, noise: float) -> Step:
    """The same steps; those of the second half of the seeds are rounded worse."""
    draw = np.random.default_rng(0)

    def noisy(gradient: Any, parameters: Any) -> Any:
        answer = np.array(step(gradient, parameters))
        second = answer[:, answer.shape[1] // 2:]
        second *= 1 + noise * draw.uniform(-1, 1, second.shape)
        return answer

    return noisy
