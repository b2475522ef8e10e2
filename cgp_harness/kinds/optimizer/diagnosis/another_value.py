"""Is it the rule with a number in a hyperparameter's place that is not its default?

1 in the place of lr is lr that is missing. The number is fitted to the first run and must explain
all others. At its default, or the student's own, a hyperparameter is fixed in the code, and the
rule right; `hyperparameters` charges that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import Candidate
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.probes.held import with_fixed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance

GRID = {
    "lr": np.geomspace(1e-6, 10, 281),
    "eps": np.geomspace(1e-12, 1, 241),
}
DECAYS = 1 - np.geomspace(1e-5, 0.99, 401)
REFINEMENTS = 60
NEUTRAL = 1.0
"""What stands in its place where a hyperparameter is left out."""
Values = Mapping[str, float]


@dataclass(frozen=True)
class Replaced:
    """A number in the place of the hyperparameter `name`, in which rule, and how well it is shown.

    Args:
        fixed: other hyperparameters that the code fixes, at their defaults.
    """

    name: str
    value: float
    candidate: Candidate
    fixed: tuple[str, ...]
    said: Shown

    @property
    def flags(self) -> tuple[str, ...]:
        """What to name besides the candidate's mistake."""
        left_out = self.name == "lr" and self.value == NEUTRAL
        return (
            "no_lr" if left_out else f"{self.name}_replaced",
            *(f"{one}_hard_coded" for one in self.fixed))


def match(
    of: Sequence[Candidate], rights: Sequence[Mutant], evidence: Evidence, names: Sequence[str],
    guesses: Sequence[Values],
) -> Replaced | None:
    """The right rule, or one with one mistake, that explains all with a number in a name's place.

    Args:
        of: the rules to look at.
        rights: those that are accepted.
        evidence: what the rule answered.
        names: hyperparameters whose change changes no step.
        guesses: what the others of these may be fixed at.
    """
    if not all(np.isfinite(answer).any() for answer in evidence.answers):
        return None
    asked = _Asked(evidence, rights)
    for one in of:
        if _says_so_itself(one.mutant):
            continue
        for name in names:
            for guess in guesses:
                others = {key: value for key, value in guess.items() if key != name}
                for value in asked.values(one, name, others):
                    said = asked.shown(one, name, value, others, guess[name])
                    if said is not None:
                        fixed = asked.that_matter(one, name, value, others)
                        return Replaced(name, value, one, fixed, said)
    return None


def _says_so_itself(mutant: Mutant) -> bool:
    return any(way.fixes or "shared" in (way.how or {}) for way in mutant.ways)


class _Asked:
    """Rules, with some hyperparameters held at numbers, beside the evidence."""

    def __init__(self, evidence: Evidence, rights: Sequence[Mutant]) -> None:
        self._evidence, self._rights = evidence, rights

    def values(self, one: Candidate, name: str, others: Values) -> Iterator[float]:
        """Those that explain the probes: 1 and, where nothing else is wrong, a fitted one."""
        if self._explains(one.mutant, {**others, name: NEUTRAL}):
            yield NEUTRAL
        elif not one.mutant.id:
            fitted = self._fitted(one.mutant, name, others)
            for value in (float(f"{fitted:.6g}"), fitted):
                if self._explains(one.mutant, {**others, name: value}):
                    yield value
                    return

    def shown(
        self, one: Candidate, name: str, value: float, others: Values, default: float
    ) -> Shown | None:
        """How well it explains everything, if it does so better than anything simpler."""
        held = {**others, name: value}
        simpler = [_having(right, {}) for right in self._rights]
        simpler += [_having(one.mutant, {**others, name: other}) for other in (default, 0.0)]
        simpler += [_having(right, held) for right in one.simpler]
        return self._evidence.shows(_having(one.mutant, held), simpler)

    def that_matter(
        self, one: Candidate, name: str, value: float, others: Values
    ) -> tuple[str, ...]:
        """The others of which the rule has any use."""
        run = self._evidence.runs[0]
        held = {**others, name: value}
        steps = _steps(one.mutant, held, run)
        return tuple(
            other for other in others
            if distance(_steps(one.mutant, {**held, other: 0.9 * held[other]}, run), steps) > 0)

    def _explains(self, mutant: Mutant, held: Values) -> bool:
        return all(
            distance(_steps(mutant, held, run), answer) < FLOAT64
            for run, answer in zip(self._evidence.runs, self._evidence.answers, strict=True))

    def _fitted(self, mutant: Mutant, name: str, others: Values) -> float:
        """The value nearest to the answers to the first run: the best of a grid, then golden
        sections around it."""
        run, answer = self._evidence.runs[0], self._evidence.answers[0]

        def error(value: float) -> float:
            return float(distance(_steps(mutant, {**others, name: value}, run), answer))

        grid = np.sort(GRID.get(name, DECAYS))
        best = int(np.argmin([error(float(value)) for value in grid]))
        low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
        ratio = (5**0.5 - 1) / 2
        for _ in range(REFINEMENTS):
            left, right = high - ratio * (high - low), low + ratio * (high - low)
            low, high = (low, right) if error(left) < error(right) else (left, high)
        return (low + high) / 2


def _having(mutant: Mutant, held: Values) -> Hypothesis:
    return lambda run: _steps(mutant, held, run)


def _steps(mutant: Mutant, held: Values, run: Trajectory) -> Floats:
    return mutant.steps(with_fixed(run, held))
