"""Which hyperparameters a named rule leaves out, so that one mistake is charged once."""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import replace

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.diagnose import Named
from cgp_harness.kinds.optimizer.diagnosis.evidence import confirming_runs
from cgp_harness.kinds.optimizer.diagnosis.families import DEFAULTS, simulate
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.task import HYPERPARAMETERS, OptimizerTask


def unused(
    task: OptimizerTask, hyperparameters: Collection[str], found: Named
) -> frozenset[str]:
    """The task's hyperparameters that the rule so named has no use for.

    What is fixed in the code is another matter: there is a use for it.
    """
    flags = found.diagnosis.flags
    if flags and flags[0].startswith("is_"):
        family = flags[0].removeprefix("is_")
        return frozenset(hyperparameters) - {*HYPERPARAMETERS.get(family, ("lr",))}
    if not task.family:
        return found.unmoved
    switches = {one for one in found.switches if not one.endswith("_hard_coded")}
    return frozenset(
        name for name in hyperparameters
        if switches and _unmoved(task.family, switches, name))


def _unmoved(family: str, switches: Set[str], name: str) -> bool:
    run = confirming_runs()[0]
    steps, moved = (
        simulate(family, switches, one, DEFAULTS) for one in (run, _changed(run, name)))
    return bool(np.array_equal(steps, moved, equal_nan=True))


def _changed(run: Trajectory, name: str) -> Trajectory:
    if name == "lr":
        return replace(run, schedule={"lr": tuple(1.5 * lr for lr in run.schedule["lr"])})
    return replace(
        run, hyperparameters={**run.hyperparameters, name: 1.1 * run.hyperparameters[name]})
