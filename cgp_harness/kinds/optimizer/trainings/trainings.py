"""What `convergence` runs of a student's rule; several rules of a submission may run side by side.

Most of a step's cost does not depend on how many numbers it moves: the request to the worker, the
calls of numpy. So rules that train on the same problems from the same seeds can train as further
seeds of the same courses. Each is given what it would be given alone, and leaves the same losses.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.roles import rate
from cgp_harness.kinds.optimizer.problems import problems_of
from cgp_harness.kinds.optimizer.trainings.comparison import Setting
from cgp_harness.kinds.optimizer.trainings.student_steps import (
    Entrant,
    elementwise,
    in_force,
    of_subjects,
)
from cgp_harness.kinds.optimizer.trainings.tensors import computes_on
from cgp_harness.model import Floats
from cgp_harness.probing.devices import CPU, STAND_IN, Device
from cgp_harness.probing.training_loop import (
    Run,
    Step,
    Together,
    course_on,
    drive,
    seeds_from,
    through_host,
)
from cgp_reference.problems import PROBLEMS, Course, Problem

DEFAULT_PROBLEMS = ("one_neuron", "multi_neuron")
SEEDS = 32
"""An effect of 1.18 suffices to be shown; the networks have 5 to 18 at lr 0.03."""
FEWER_SEEDS = 8
"""For rules that take one number, or one seed, at a time: with 32, each step costs 1 ms. Not 4: a
claim would need an effect of 10."""
DEVICE_SEEDS = {"cuda": 2048, STAND_IN: 48}
"""On a GPU, which is not busier with them than with 32. The losses of a homework's baselines then
take 0.5 GB of the host's memory, in each grader process. What stands in for one has a few more than
the CPU: 2,048 take torch there a minute a rule."""
_STREAM = 5
"""Second word of the seed; the probes draw with 1 to 3."""

COPIES = (
    "The rule does not compute on tensors of this device, so it is run on copies in the host's "
    "memory.")
NOT_THERE = (
    "A problem of an installed plugin cannot be evaluated on this device, so all is computed on "
    "the CPU.")


class OverdueError(Exception):
    """Rules side by side have taken longer than they may."""


@dataclass(frozen=True)
class Plan:
    """What one rule is trained on, and where.

    Args:
        device: where the problems are evaluated.
        entrant: the rule, and whether it is given that device's tensors.
    """

    problems: tuple[Problem, ...]
    seeds: tuple[int, ...]
    setting: Setting
    device: Device
    entrant: Entrant

    @property
    def context(self) -> RuleContext:
        """The rule's task."""
        return self.entrant.context

    @property
    def shared(self) -> tuple[object, ...]:
        """What must be the same for rules to run side by side."""
        names = tuple(problem.name for problem in self.problems)
        return names, self.seeds, elementwise(self.context), self.device.name


def plan(context: RuleContext) -> Plan:
    """As the assignment and the earlier checks say.

    Raises:
        HarnessError: the assignment names a problem that does not exist.
        SubjectError: the rule fails at once, where a device other than the CPU is tried.
    """
    problems = problems_of(context.task, "convergence", DEFAULT_PROBLEMS)
    setting, device = _setting(context), context.device
    entrant = Entrant(context, setting.hyperparameters)
    if not _at_once(context):
        device, count, note = CPU, FEWER_SEEDS, _one_at_a_time(context)
    elif device is CPU:
        count, note = SEEDS, ""
    elif any(PROBLEMS.get(one.name) is not one for one in problems):
        device, count, note = CPU, SEEDS, NOT_THERE
    elif computes_on(device.torch, entrant):
        entrant, count, note = replace(entrant, device=device.torch), DEVICE_SEEDS[device.name], ""
    else:
        count, note = DEVICE_SEEDS[device.name], COPIES
    return Plan(
        problems, seeds_of(context.seed, count), replace(setting, seeds=count, note=note), device,
        entrant)


def losses(plans: Sequence[Plan], within_s: float = math.inf) -> list[tuple[Floats, ...]]:
    """Train the rules side by side; of each, the losses (T, S) on every problem.

    On the CPU all problems are trained in one pass where that makes no difference to a rule.

    Args:
        plans: of one submission, with the same `shared`.
        within_s: seconds that they may take.

    Raises:
        SubjectError: a rule failed, or the worker did.
        OverdueError: they take longer.
    """
    first, backend = plans[0], plans[0].device.backend
    lengths = tuple(problem.iterations for problem in first.problems)
    courses = tuple(
        course_on(backend, problem.course, first.seeds * len(plans), length)
        for problem, length in zip(first.problems, lengths, strict=True))
    due_s = time.monotonic() + within_s

    def run(course: Course, iterations: int) -> Run:
        step = of_subjects(
            [one.entrant for one in plans], len(course.start), len(first.seeds))
        return drive(through_host(_until(due_s, step), backend), course, iterations)

    if elementwise(first.context) and first.device is CPU:
        together = Together(courses, lengths)
        runs = together.split(run(together, together.iterations))
    else:
        runs = tuple(map(run, courses, lengths))
    count = len(first.seeds)
    return [tuple(run.losses[:, i * count:(i + 1) * count] for run in runs)
            for i in range(len(plans))]


def seeds_of(seed: int, count: int) -> tuple[int, ...]:
    """Seeds that all rules share, no two of them equal; fewer are the first of more."""
    return seeds_from(seed, _STREAM, count)


def _until(due_s: float, step: Step) -> Step:
    def timely(gradient: Any, parameters: Any) -> Any:
        if time.monotonic() > due_s:
            raise OverdueError
        return step(gradient, parameters)

    return timely


def _setting(context: RuleContext) -> Setting:
    task, spec = context.task, context.task.checks["convergence"]
    defaults = context.specified.hyperparameters
    own = rate(defaults)
    given = in_force(context, {**defaults, **({} if spec.lr is None else {own: spec.lr})})
    return Setting(
        title=task.title, seeds=SEEDS, hyperparameters=given,
        sgd_lr=given[own] if spec.sgd_lr is None else spec.sgd_lr)


def _at_once(context: RuleContext) -> bool:
    return elementwise(context) and context.arrays != "scalar"


def _one_at_a_time(context: RuleContext) -> str:
    how = "number" if context.arrays == "scalar" else "seed"
    if context.device is CPU:
        where = f"so on {FEWER_SEEDS} seeds instead of {SEEDS}"
    else:
        where = f"so on {FEWER_SEEDS} seeds, and on the CPU"
    return f"The rule is run on one {how} at a time, {where}."
