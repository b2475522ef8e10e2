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


SIFTED = 2
"""Steps of the first run by which all that may explain it are sifted."""
Stage = Callable[[Mutants, Evidence, bool], Sequence[Mutant]]


def match(
    mutants: Mapping[str, Mutants], evidence: Evidence, stages: Sequence[Stage]
) -> Found | None:
    """What explains everything: of the first stage at which something does, the simplest.

    Args:
        mutants: of each answer, by its name; the accepted ones first.
        stages: what to try of each answer, given the evidence, and whether float32 is meant.
    """
    rights = [one.right.steps for one in mutants.values() if not one.wrong]
    tiers = (False, True) if evidence.single else (False,)
    for single in tiers:
        for stage in stages:
            for name, one in _by_cost(mutants, stage, evidence, single=single):
                simpler = [*rights, *(each.steps for each in one.simpler)] if one.id else []
                shown = evidence.shows(one.steps, simpler, single=single)
                if shown is not None and (
                        stage not in FURTHER or evidence.holds_widely(one.steps, single=single)):
                    return Found(one, name, shown, single)
    return None


def _by_cost(
    mutants: Mapping[str, Mutants], stage: Stage, evidence: Evidence, *, single: bool
) -> Sequence[tuple[str, Mutant]]:
    near = [(name, one) for name, each in mutants.items() for one in stage(each, evidence, single)]
    return sorted(near, key=lambda each: each[1].cost)


def right(of: Mutants, evidence: Evidence, single: bool) -> Sequence[Mutant]:
    """The answer itself, which may be in float32."""
    return [] if of.wrong else [of.right]


def begun_from(declared: Sequence[float]) -> Stage:
    """From the state that the rule's decorator names."""
    return lambda of, evidence, single: of.begun_from(declared)


def known(of: Mutants, evidence: Evidence, single: bool) -> Sequence[Mutant]:
    """One mistake that has a name of its own."""
    return _near(of, "known", evidence, single=single)


def known_pairs(of: Mutants, evidence: Evidence, single: bool) -> Sequence[Mutant]:
    """Two of them."""
    return _near(of, "known_pairs", evidence, single=single) if of.paired or of.wrong else ()


def singles(of: Mutants, evidence: Evidence, single: bool) -> Sequence[Mutant]:
    """Any change."""
    return _near(of, "singles", evidence, single=single) if of.changed else ()


def pairs(of: Mutants, evidence: Evidence, single: bool) -> Sequence[Mutant]:
    """Two changes."""
    return _near(of, "pairs", evidence, single=single) if of.changed else ()


FURTHER = (known, known_pairs, singles, pairs)
"""What is looked for in these is so much that it must explain further numbers."""
_Which = Literal["known", "known_pairs", "singles", "pairs"]


def _near(of: Mutants, which: _Which, evidence: Evidence, *, single: bool) -> list[Mutant]:
    """Those that explain the beginning of the first run."""
    run, answer = evidence.runs[0], evidence.answers[0]
    begun = _answers(of, which, _Frozen(run.up_to(SIFTED)))
    rest = np.broadcast_to(answer[SIFTED:], (len(begun), *answer[SIFTED:].shape))
    error = distance(answer, np.concatenate([begun, rest], axis=1))
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
