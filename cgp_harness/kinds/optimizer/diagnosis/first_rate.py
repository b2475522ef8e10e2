"""Does a class go on with the rate that `__init__` was given, whatever its group says later?

`self.lr` in the place of `group["lr"]`: torch's schedulers change the group, and groups may have
rates of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import Candidate
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.probing.distance import FLOAT64, distance

NAME = "rate_of_init"
SAYS = "with the rate of __init__ at every step"
HINT = ('Read group["lr"] in step(): self.lr stays as it was, where a schedule or a second group '
        "has another rate.")


@dataclass(frozen=True)
class FirstRate:
    """Shown: of which rule, how well."""

    candidate: Candidate
    said: Shown


def match(
    of: Sequence[Candidate], rights: Sequence[Mutant], evidence: Evidence
) -> FirstRate | None:
    """The rule with at most one mistake that explains every run at its first rate, and not else."""
    for one in of:
        if any(distance(_steady(one.mutant)(run), answer) >= FLOAT64
               for run, answer in zip(evidence.runs, evidence.answers, strict=True)):
            continue
        simpler: list[Hypothesis] = [right.steps for right in (*rights, one.mutant)]
        simpler += [_steady(right) for right in one.simpler]
        said = evidence.shows(_steady(one.mutant), simpler)
        if said is not None:
            return FirstRate(one, said)
    return None


def _steady(mutant: Mutant) -> Hypothesis:
    return lambda run: mutant.steps(_at_first(run))


def _at_first(run: Trajectory) -> Trajectory:
    return replace(run, schedule={
        name: (values[0],) * len(values) for name, values in run.schedule.items()})
