"""How good the probes are: which small changes of a right rule they tell from it, and which not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cgp_harness.checks.adequacy import Adequacy
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import mutants_of
from cgp_harness.kinds.optimizer.diagnosis.evidence import confirming_runs
from cgp_harness.kinds.optimizer.probes.ground import ground
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Specified, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.task import Assignment

SEED = 0


def adequacy(assignment: Assignment, task: OptimizerTask) -> Adequacy | None:
    """What becomes of every single change of the solution; None of a task that has none."""
    if task.family:
        return None
    right = specified(assignment, task)
    changes = next(iter(mutants_of(assignment, task).values())).singles
    first = right.probes(SEED)
    further = tuple(
        probe.run for probe in ground(tuple(right.hyperparameters.items()), groups=False))
    alike = _right_on(right, _right_on(right, changes, first), further)
    seen = _right_on(right, alike, [*map(right.asked, confirming_runs())])
    other = [one for one in alike if one not in seen]
    missed = _right_on(right, other, [right.asked(long_run(SEED, few=True).run)])
    return Adequacy(
        task.id, "update_rule", len(changes), len(changes) - len(seen) - len(missed),
        tuple(one.said.full for one in missed), tuple(one.said.full for one in seen))


def _right_on(
    right: Specified, changes: Sequence[Mutant], runs: Sequence[Trajectory]
) -> list[Mutant]:
    """Those that are an accepted rule on all of these runs."""
    left = {name: list(changes) for name in right.conventions}
    for run in (right.whole(replace(one), SEED) for one in runs):
        for name, steps in (right.steady(run) or {}).items():
            left[name] = [
                one for one in left[name] if distance(one.steps(run), steps) < FLOAT64]
    return [one for one in changes if any(one in each for each in left.values())]
