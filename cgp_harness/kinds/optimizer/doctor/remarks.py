"""What an instructor should know of a solution's rules before anybody is judged by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cgp_harness.kinds.optimizer.probes import recursion
from cgp_harness.kinds.optimizer.probes.ground import ground
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.probes.roles import of_role
from cgp_harness.kinds.optimizer.probes.sensitivity import is_told
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Convention, Specified, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.task import Assignment

SEED = 0
LOST = FLOAT64 / 10
"""Of a step: what other orders of operations may add to it must stay below the tolerance."""
APART = 1e-6
"""Of a step: two ways to compute one rule are not so far apart."""


def of_task(assignment: Assignment, task: OptimizerTask) -> tuple[str, ...]:
    """What is to be said of the answers to a task; nothing of a rule that the harness knows."""
    if task.family:
        return ()
    known = specified(assignment, task)
    first, *others = known.conventions.values()
    return (*(f"{task.id}: nothing that is asked shows what {name} does, so that nobody is judged "
              "by it. If a step should depend on it, mend the solution."
              for name in known.hyperparameters if not is_told(known, name)),
            *(f"{_called(task, one)} {text}" for one in known.conventions.values()
              for text in _digits(known, one)),
            *(f"{_called(task, one)} {text}" for one in others
              for text in _beside(known, first, one)))


def _called(task: OptimizerTask, one: Convention) -> str:
    return f"The accepted answer {one.name!r} of {task.id}" if one.phrase else task.id


def _digits(known: Specified, one: Convention) -> Iterator[str]:
    """Whether the rule itself loses digits, which longdouble has more of."""
    for run, about in _runs(known):
        right = one.steps(run)
        try:
            exact = recursion.steps(one.rule, run, dtype=np.longdouble)
        except Exception:
            return  # it takes float64 alone, so that nothing can be compared
        lost = float(distance(right, exact))
        if lost > LOST and known.steady(run) is not None:
            yield (f"loses digits: in float64 it is off by {lost:.0e} of a step{about}, compared "
                   "with longdouble. A submission that loses none may fail: write the solution in "
                   "another order of operations.")
            return


def _beside(known: Specified, own: Convention, other: Convention) -> Iterator[str]:
    """Whether an accepted answer is the same rule, and whether it is needed."""
    still = {"lr": (0.5,) * 5} if "lr" in known.hyperparameters else {}
    guards = dict.fromkeys(of_role(known.hyperparameters, "guard"), 0.0)
    given = [f"lr = {still['lr'][0]:g} throughout"] if still else []
    words = " and ".join([*given, *(f"{name} = 0" for name in guards)])
    run = known.whole(diagnosis_probes(SEED)[0], SEED)
    plain = replace(run, schedule=still, hyperparameters={**run.hyperparameters, **guards})
    apart = _apart(plain, own, other)
    if apart > APART:
        yield (f"computes something else: with {words or 'the same numbers'} it differs by "
               f"{apart:.1%} of a step. Both count as right; if they should be one rule in two "
               "forms, mend it.")
    elif all(_apart(each, own, other) < LOST for each, _ in _runs(known)):
        yield "is the same as the solution wherever submissions are compared: it can go."


def _apart(run: Trajectory, own: Convention, other: Convention) -> float:
    with np.errstate(all="ignore"):
        steps: tuple[Floats, Floats] = own.steps(run), other.steps(run)
    return float(distance(*steps)) if all(np.isfinite(one).all() for one in steps) else 0.0


def _runs(known: Specified) -> Iterator[tuple[Trajectory, str]]:
    """Wherever submissions are asked in every run, and continued words for it."""
    for run in known.probes(SEED):
        yield known.whole(run, SEED), ""
    for probe in ground(tuple(known.hyperparameters.items()), groups=False):
        yield known.whole(probe.run, SEED), f" {probe.about}"
