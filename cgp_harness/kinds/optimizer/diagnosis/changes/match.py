"""Which small change to a right rule's source explains what a wrong rule answers?

A change is named as any mistake is: it explains every number of the probes and of further runs,
and what is simpler does not. Of several that do, the one that costs least is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


def match(mutants: Mapping[str, Mutants], evidence: Evidence) -> Found | None:
    """The simplest change that explains everything: one thing, or else two.

    Args:
        mutants: by convention, of each that is accepted.
    """
    rights = [one.right for one in mutants.values()]
    for single in (False, True) if evidence.single else (False,):
        for changed in ((_right,) if single else ()) + (_singles, _pairs):
            near = sorted((
                (name, one) for name, each in mutants.items()
                for one in _near(each, changed, evidence, FLOAT32 if single else FLOAT64)
            ), key=lambda each: each[1].cost)
            for name, one in near:
                simpler = [other.steps for other in (*rights, *one.parts) if other is not one]
                shown = evidence.shows(one.steps, simpler if one.id else (), single=single)
                if shown is not None:
                    return Found(one, name, shown, single)
    return None


def _right(of: Mutants) -> Sequence[Mutant]:
    return (of.right,)


def _singles(of: Mutants) -> Sequence[Mutant]:
    return of.singles


def _pairs(of: Mutants) -> Sequence[Mutant]:
    return of.pairs


_Changed = Callable[[Mutants], Sequence[Mutant]]


def _near(of: Mutants, changed: _Changed, evidence: Evidence, room: float) -> list[Mutant]:
    """Those that explain the first run."""
    run, answer = evidence.runs[0], evidence.answers[0]
    error = distance(answer, _answers(of, changed, _Frozen(run)))
    return [changed(of)[int(index)] for index in np.flatnonzero(error < room)]


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
def _answers(of: Mutants, changed: _Changed, frozen: _Frozen) -> Floats:
    """(V, T, D): what each of them answers, the same for all submissions."""
    return np.stack([one.steps(frozen.run) for one in changed(of)])
