"""The bank: every single known mistake and every compatible pair, and which of them fits.

Variants are simulated over the same probes as the submission; candidates are those within
tolerance, the fewest flags first, and `evidence` confirms one of them or none. Flags that
contradict each other (they touch the same part of the rule) make no pair. Some variants are equal
by arithmetic (AdaGrad with a decaying average *is* RMSProp): the first in the order of the family's
list is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.families import FAMILIES, simulate
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.probing.flag import Flag, compatible


@dataclass(frozen=True)
class Variant:
    """One rule of the bank: a convention, and up to two mistakes.

    `switches` is what the simulator takes (readings told apart); `flags` is what is reported.
    """

    convention: str
    flags: tuple[str, ...]
    switches: frozenset[str]


@dataclass(frozen=True)
class Match:
    """A variant that explains the answers, how far it is from them, and what is said of it."""

    flags: tuple[str, ...]
    variant: Variant
    error: float


def variants(family: str, depth: int = 2) -> tuple[Variant, ...]:
    """All variants of a family with up to `depth` mistakes, fewest first."""
    module = FAMILIES[family]
    found = []
    for count in range(depth + 1):
        for chosen in combinations(module.FLAGS, count):
            if compatible(chosen):
                for convention in module.CONVENTIONS:
                    if _usual(module.FURTHER, convention, chosen):
                        found += [
                            Variant(convention, tuple(one.id for one in chosen),
                                    frozenset(reading) | {convention})
                            for reading in _readings(chosen)
                        ]
    return tuple(found)


def _usual(further: Mapping[str, Set[str]], convention: str, chosen: Sequence[Flag]) -> bool:
    """Whether to look for these mistakes in this convention: in a rare one for single ones only."""
    parts = further.get(convention)
    return parts is None or not chosen or (len(chosen) == 1 and not parts & chosen[0].touches)


def _readings(chosen: Sequence[Flag]) -> Iterator[tuple[str, ...]]:
    if not chosen:
        yield ()
        return
    first, rest = chosen[0], chosen[1:]
    for tail in _readings(rest):
        yield (first.id, *tail)
        for number in range(2, first.readings + 1):
            yield (f"{first.id}~{number}", *tail)


def without(switches: Set[str], mistake: str) -> frozenset[str]:
    """The switches without a mistake, whichever of its readings is among them."""
    return frozenset(one for one in switches if one.partition("~")[0] != mistake)


def matches(
    family: str, accept: Sequence[str], runs: Sequence[Trajectory], answers: Sequence[Floats],
    defaults: Mapping[str, float], tolerance: float = FLOAT64,
) -> list[Match]:
    """The variants that are within `tolerance` of all answers, fewest flags first.

    Args:
        family: which bank.
        accept: conventions that count as right, and so are not flags.
        runs: the probes, with canonical names.
        answers: what the submission answered to each, (T, D).
        defaults: the assignment's defaults, at which a hyperparameter may be hard-coded.
    """
    simulated = [
        _simulated(family, _Frozen(run), tuple(sorted(defaults.items()))) for run in runs
    ]
    error = np.max(
        [distance(answer, bank) for answer, bank in zip(answers, simulated, strict=True)], axis=0
    )
    found = []
    for i in np.flatnonzero(error < tolerance):
        variant = _variants(family)[i]
        if variant.convention in accept:
            found.append(Match(variant.flags, variant, float(error[i])))
        elif variant.convention not in FAMILIES[family].AS_MISTAKES:
            flags = (*variant.flags, variant.convention)
            found.append(Match(flags, variant, float(error[i])))
    return sorted(found, key=lambda one: len(one.flags))


class _Frozen:
    """A probe as a cache key: equal by its numbers."""

    def __init__(self, run: Trajectory) -> None:
        self.run = run
        self.key = (
            run.shapes, run.gradients.tobytes(), tuple(sorted(run.hyperparameters.items())),
            tuple(sorted(run.schedule.items())),
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.key == other.key


@lru_cache(maxsize=8)
def _variants(family: str) -> tuple[Variant, ...]:
    return variants(family)


@lru_cache(maxsize=64)
def _simulated(
    family: str, frozen: _Frozen, defaults: tuple[tuple[str, float], ...]
) -> Floats:
    """(V, T, D): every variant's answer to one probe."""
    fixed = dict(defaults)
    return np.stack([
        simulate(family, one.switches, frozen.run, fixed) for one in _variants(family)
    ])
