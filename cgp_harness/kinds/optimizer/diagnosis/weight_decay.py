"""Was it the right rule (or a known wrong one) with weight decay? Of rules that see the parameters.

Where the parameters were before each step follows from the answers. So all that is unknown of a
decay is where it is added, and its size, which is the same in every run: one of the rule's
defaults, or fitted to the first run. It is accepted only where it explains all steps of every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis import bank
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.diagnosis.families import simulate
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.probing.flag import DECAYS, WEIGHT_DECAY, WEIGHT_DECAY_IN_GRADIENT

ITERATIONS = 20
BEGUN = (1e-3, 0.3)
"""Sizes from which one is looked for."""


@dataclass(frozen=True)
class Decay:
    """A decay that is shown: what to name, in which convention, how large, how well."""

    flags: tuple[str, ...]
    convention: str
    size: float
    said: Shown


def match(
    family: str, accept: Sequence[str], evidence: Evidence, defaults: Mapping[str, float],
    own: Sequence[float],
) -> Decay | None:
    """The variant with at most one mistake that explains every run with a decay, and not without.

    Args:
        family: which bank.
        accept: conventions that count as right, and so are not flags.
        evidence: what the rule answered.
        defaults: the assignment's defaults, at which a hyperparameter may be hard-coded.
        own: defaults of the rule's hyperparameters; no probe sets the decay's.
    """
    if not all(np.isfinite(answer).all() for answer in evidence.answers):
        return None
    asked = _Asked(family, evidence, defaults)
    for variant in bank.variants(family, depth=1):
        if variant.convention not in accept or "shared_state" in variant.flags:
            continue
        for place in DECAYS:
            size = asked.size(variant, place.id, own)
            said = asked.shown(variant, place.id, size, accept) if size else None
            if said is not None:
                return Decay((*variant.flags, place.id), variant.convention, size, said)
    return None


class _Asked:
    """The runs of the evidence, with where the parameters were before each step."""

    def __init__(
        self, family: str, evidence: Evidence, defaults: Mapping[str, float]
    ) -> None:
        self._family, self._evidence, self._defaults = family, evidence, defaults
        self._positions: dict[int, Floats] = {}
        self._add(zip(evidence.runs, evidence.answers, strict=True))

    def size(self, variant: bank.Variant, place: str, own: Sequence[float]) -> float:
        """The first size that explains the first run: of the rule's own defaults and fitted ones.

        In the gradient, which takes some steps to fit, beside another mistake only the former. 0 if
        none does.
        """
        run, answer = self._evidence.runs[0], self._evidence.answers[0]
        switches, begun = variant.switches, [0.0]
        if place == WEIGHT_DECAY_IN_GRADIENT.id:
            begun = [] if variant.flags else [*BEGUN]

        def off(size: float) -> float:
            return float(distance(self._steps(switches, place, size, run), answer))

        fitted = (self._fitted(switches, place, run, answer, size) for size in begun)
        tried = (*(one for one in own if one > 0), *fitted)
        return next((size for size in tried if size > 0 and off(size) < FLOAT64), 0.0)

    def shown(
        self, variant: bank.Variant, place: str, size: float, accept: Sequence[str]
    ) -> Shown | None:
        """How well it explains everything, if it does so better than anything simpler."""
        if any(distance(self._steps(variant.switches, place, size, run), answer) >= FLOAT64
               for run, answer in zip(self._evidence.runs, self._evidence.answers, strict=True)):
            return None
        self._add(self._evidence.pairs)

        def having(switches: Set[str], decay: float) -> Hypothesis:
            return lambda run: self._steps(switches, place, decay, run)

        simpler = [having({one}, 0.0) for one in accept]
        simpler += [having(variant.switches, 0.0)]
        simpler += [having(bank.without(variant.switches, one), size) for one in variant.flags]
        return self._evidence.shows(having(variant.switches, size), simpler)

    def _add(self, pairs: Iterable[tuple[Trajectory, Floats]]) -> None:
        for run, answer in pairs:
            self._positions[id(run)] = run.positions(answer)

    def _steps(self, switches: Set[str], place: str, size: float, run: Trajectory) -> Floats:
        decayed = size * self._positions[id(run)]
        if place == WEIGHT_DECAY_IN_GRADIENT.id:
            with np.errstate(all="ignore"):
                run = replace(run, gradients=run.gradients + decayed)
            return simulate(self._family, switches, run, self._defaults)
        rates = np.asarray(run.schedule["lr"])[:, None] if place == WEIGHT_DECAY.id else 1.0
        with np.errstate(all="ignore"):
            return np.asarray(
                simulate(self._family, switches, run, self._defaults) + rates * decayed)

    def _fitted(
        self, switches: Set[str], place: str, run: Trajectory, answer: Floats, size: float
    ) -> float:
        """Gauss-Newton on one number; where the decay stands outside, one step of it is exact."""
        for _ in range(ITERATIONS if place == WEIGHT_DECAY_IN_GRADIENT.id else 1):
            h = 1e-6 * (abs(size) + 1e-3) if place == WEIGHT_DECAY_IN_GRADIENT.id else 1.0
            now = self._steps(switches, place, size, run)
            slope = (self._steps(switches, place, size + h, run) - now) / h
            square = float((slope * slope).sum())
            if not np.isfinite(square) or square == 0:
                return 0.0
            change = float((slope * (answer - now)).sum()) / square
            size += change
            if abs(change) <= 1e-14 * abs(size):
                break
        return size
