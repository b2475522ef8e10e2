"""Which hyperparameters a named rule leaves out, so that one mistake is charged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.assignment import Task
from cgp_harness.diagnosis.rules import bank
from cgp_harness.diagnosis.rules.evidence import confirming_runs
from cgp_harness.diagnosis.rules.families import DEFAULTS, FAMILIES, simulate
from cgp_harness.subject import Trajectory
from cgp_harness.task_kinds import HYPERPARAMETERS


def unused(task: Task, flags: Sequence[str]) -> frozenset[str]:
    """The task's hyperparameters that the rule with these mistakes has no use for.

    What is fixed in the code is another matter: there is a use for it.
    """
    if flags and flags[0].startswith("is_"):
        family = flags[0].removeprefix("is_")
        return frozenset(task.hyperparameters) - {*HYPERPARAMETERS.get(family, ("lr",))}
    named = {one.id for one in FAMILIES[task.family].FLAGS} & set(flags)
    mistakes = {one for one in named if not one.endswith("_hard_coded")}
    variants = [
        one for one in bank.variants(task.family)
        if set(one.flags) == mistakes and one.convention in task.accept
    ] if mistakes else []
    return frozenset(
        name for name in task.hyperparameters
        if variants and all(_unmoved(task.family, one, name) for one in variants))


def _unmoved(family: str, variant: bank.Variant, name: str) -> bool:
    run = confirming_runs()[0]
    steps, moved = (
        simulate(family, variant.switches, one, DEFAULTS) for one in (run, _changed(run, name)))
    return bool(np.array_equal(steps, moved, equal_nan=True))


def _changed(run: Trajectory, name: str) -> Trajectory:
    if name == "lr":
        return replace(run, schedule={"lr": tuple(1.5 * lr for lr in run.schedule["lr"])})
    return replace(
        run, hyperparameters={**run.hyperparameters, name: 1.1 * run.hyperparameters[name]})
