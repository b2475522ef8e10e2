"""Which small change to a right rule's source explains what a wrong rule answers?

A change is named as any mistake is: it explains every number of the probes and of further runs,
and what is simpler does not. Of several that do, the one that costs least is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant, Mutants
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Shown
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT32, FLOAT64, distance


@dataclass(frozen=True)
class Found:
    """What is shown: a rule with something changed, and in which convention it is wrong.

    Args:
        single: it is computed in float32.
    """

    mutant: Mutant
    convention: str
    shown: Shown
    single: bool


def match(
    mutants: Mapping[str, Mutants], evidence: Evidence, declared: Sequence[float] = ()
) -> Found | None:
    """The simplest change that explains everything: one thing, or else two.

    Args:
        mutants: by convention, of each that is accepted.
        declared: the values that the rule's decorator says its state begins from.
    """
    tiers = (False, True) if evidence.single else (False,)
    found = (_in(mutants, evidence, declared, single=single) for single in tiers)
    return next((one for one in found if one is not None), None)


def _in(
    mutants: Mapping[str, Mutants], evidence: Evidence, declared: Sequence[float], *, single: bool
) -> Found | None:
    """The simplest, of rules that are computed in float32 or of those that are not."""
    rights = [one.right for one in mutants.values()]
    stages: tuple[Callable[[Mutants], Sequence[Mutant]], ...] = (
        lambda of: [of.right] if single else [],
        lambda of: of.begun_from(declared),
        lambda of: _near(of, "singles", evidence, single=single),
        lambda of: _near(of, "pairs", evidence, single=single))
    for stage in stages:
        near = [(name, one) for name, each in mutants.items() for one in stage(each)]
        for name, one in sorted(near, key=lambda each: each[1].cost):
            simpler = [other.steps for other in (*rights, *one.parts)] if one.id else []
            shown = evidence.shows(one.steps, simpler, single=single)
            if shown is not None:
                return Found(one, name, shown, single)
    return None


_Which = Literal["singles", "pairs"]


def _near(of: Mutants, which: _Which, evidence: Evidence, *, single: bool) -> list[Mutant]:
    """Those that explain the first run."""
    run, answer = evidence.runs[0], evidence.answers[0]
    error = distance(answer, _answers(of, which, _Frozen(run)))
    near = np.flatnonzero(error < (FLOAT32 if single else FLOAT64))
    return [getattr(of, which)[int(index)] for index in near]


class _Frozen:
    """A run as a cache key: equal by its numbers."""

    def __init__(self, run: Trajectory) -> None:
        self.run = run
        self._key = (
            run.shapes, run.gradients.tobytes(), tuple(sorted(run.hyperparameters.items())),
            tuple(sorted(run.schedule.items())),
            None if run.start is None else run.start.tobytes())

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self._key == other._key


@lru_cache(maxsize=32)
def _answers(of: Mutants, which: _Which, frozen: _Frozen) -> Floats:
    """(V, T, D): what each of them answers, the same for all submissions."""
    every: Sequence[Mutant] = getattr(of, which)
    none = np.empty((0, *frozen.run.gradients.shape))
    return np.stack([one.steps(frozen.run) for one in every]) if every else none
