"""Was it the right rule (or a known wrong one) with weight decay? Of rules that see the parameters.

Where the parameters were before each step follows from the answers. So all that is unknown of a
decay is where it is added, and its size, which is the same in every run: one of the rule's
defaults, or fitted to the first run. It is accepted only where it explains all steps of every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import Candidate
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance

ITERATIONS = 20
PLACES = ("weight_decay", "weight_decay_without_lr", "weight_decay_in_gradient")
IN_GRADIENT = PLACES[2]
BEGUN = (1e-3, 0.3)
"""Sizes from which one is looked for."""


@dataclass(frozen=True)
class Decay:
    """A decay that is shown: of which rule, where it is added, how large, how well."""

    candidate: Candidate
    place: str
    size: float
    said: Shown


def match(
    of: Sequence[Candidate], rights: Sequence[Mutant], evidence: Evidence, own: Sequence[float]
) -> Decay | None:
    """The rule with at most one mistake that explains every run with a decay, and not without.

    Args:
        of: the rules to look at.
        rights: those that are accepted.
        evidence: what the rule answered.
        own: defaults of the rule's hyperparameters; no probe sets the decay's.
    """
    if not all(np.isfinite(answer).all() for answer in evidence.answers):
        return None
    asked = _Asked(evidence, rights)
    for one in of:
        if any("shared" in (way.how or {}) for way in one.mutant.ways):
            continue
        for place in PLACES:
            size = asked.size(one, place, own)
            said = asked.shown(one, place, size) if size else None
            if said is not None:
                return Decay(one, place, size, said)
    return None


class _Asked:
    """The runs of the evidence, with where the parameters were before each step."""

    def __init__(self, evidence: Evidence, rights: Sequence[Mutant]) -> None:
        self._evidence, self._rights = evidence, rights
        self._positions: dict[int, Floats] = {}
        self._add(zip(evidence.runs, evidence.answers, strict=True))

    def size(self, one: Candidate, place: str, own: Sequence[float]) -> float:
        """The first size that explains the first run: of the rule's own defaults and fitted ones.

        In the gradient, which takes some steps to fit, beside another mistake only the former. 0 if
        none does.
        """
        run, answer = self._evidence.runs[0], self._evidence.answers[0]
        begun = [0.0]
        if place == IN_GRADIENT:
            begun = [] if one.mutant.id else [*BEGUN]

        def off(size: float) -> float:
            return float(distance(self._steps(one.mutant, place, size, run), answer))

        fitted = (self._fitted(one.mutant, place, run, answer, size) for size in begun)
        tried = (*(one for one in own if one > 0), *fitted)
        return next((size for size in tried if size > 0 and off(size) < FLOAT64), 0.0)

    def shown(self, one: Candidate, place: str, size: float) -> Shown | None:
        """How well it explains everything, if it does so better than anything simpler."""
        if any(distance(self._steps(one.mutant, place, size, run), answer) >= FLOAT64
               for run, answer in zip(self._evidence.runs, self._evidence.answers, strict=True)):
            return None
        self._add(self._evidence.pairs)

        def having(mutant: Mutant, decay: float) -> Hypothesis:
            return lambda run: self._steps(mutant, place, decay, run)

        simpler = [having(right, 0.0) for right in self._rights]
        simpler += [having(one.mutant, 0.0)]
        simpler += [having(right, size) for right in one.simpler]
        return self._evidence.shows(having(one.mutant, size), simpler)

    def _add(self, pairs: Iterable[tuple[Trajectory, Floats]]) -> None:
        for run, answer in pairs:
            self._positions[id(run)] = run.positions(answer)

    def _steps(self, mutant: Mutant, place: str, size: float, run: Trajectory) -> Floats:
        decayed = size * self._positions[id(run)]
        if place == IN_GRADIENT:
            with np.errstate(all="ignore"):
                return mutant.steps(replace(run, gradients=run.gradients + decayed))
        rates = np.asarray(run.schedule["lr"])[:, None] if place == PLACES[0] else 1.0
        with np.errstate(all="ignore"):
            return np.asarray(mutant.steps(run) + rates * decayed)

    def _fitted(
        self, mutant: Mutant, place: str, run: Trajectory, answer: Floats, size: float
    ) -> float:
        """Gauss-Newton on one number; where the decay stands outside, one step of it is exact."""
        for _ in range(ITERATIONS if place == IN_GRADIENT else 1):
            h = 1e-6 * (abs(size) + 1e-3) if place == IN_GRADIENT else 1.0
            now = self._steps(mutant, place, size, run)
            slope = (self._steps(mutant, place, size + h, run) - now) / h
            square = float((slope * slope).sum())
            if not np.isfinite(square) or square == 0:
                return 0.0
            change = float((slope * (answer - now)).sum()) / square
            size += change
            if abs(change) <= 1e-14 * abs(size):
                break
        return size
