"""Is it the rule with a number in a hyperparameter's place that is not its default?

1 in the place of lr is lr that is missing. The number is fitted to the first run and must explain
all others. At its default, or the student's own, a hyperparameter is fixed in the code, and the
rule right; `hyperparameters` charges that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis import bank
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.diagnosis.families import simulate
from cgp_harness.kinds.optimizer.probes.sensitivity import with_fixed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.probing.flag import NO_LR, REPLACED

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
    variant: bank.Variant
    fixed: tuple[str, ...]
    said: Shown

    @property
    def flags(self) -> tuple[str, ...]:
        """What to name."""
        left_out = self.name == "lr" and self.value == NEUTRAL
        return (
            *self.variant.flags, NO_LR.id if left_out else REPLACED[self.name].id,
            *(f"{one}_hard_coded" for one in self.fixed))


def match(
    family: str, accept: Sequence[str], evidence: Evidence, names: Sequence[str],
    guesses: Sequence[Values], defaults: Values,
) -> Replaced | None:
    """The right rule, or one with one mistake, that explains all with a number in a name's place.

    Args:
        family: which bank.
        accept: conventions that count as right, and so are not flags.
        evidence: what the rule answered.
        names: hyperparameters whose change changes no step.
        guesses: what the others of these may be fixed at.
        defaults: the assignment's defaults.
    """
    if not all(np.isfinite(answer).any() for answer in evidence.answers):
        return None
    asked = _Asked(family, evidence, defaults)
    for variant in bank.variants(family, depth=1):
        if variant.convention not in accept or _says_so_itself(variant):
            continue
        for name in names:
            for guess in guesses:
                others = {key: value for key, value in guess.items() if key != name}
                for value in asked.values(variant, name, others):
                    said = asked.shown(variant, name, value, others, guess[name], accept)
                    if said is not None:
                        fixed = asked.that_matter(variant, name, value, others)
                        return Replaced(name, value, variant, fixed, said)
    return None


def _says_so_itself(variant: bank.Variant) -> bool:
    return any(one == "shared_state" or one.endswith("_hard_coded") for one in variant.flags)


class _Asked:
    """A family's rules, with some hyperparameters held at numbers, beside the evidence."""

    def __init__(self, family: str, evidence: Evidence, defaults: Values) -> None:
        self._family, self._evidence, self._defaults = family, evidence, defaults

    def values(self, variant: bank.Variant, name: str, others: Values) -> Iterator[float]:
        """Those that explain the probes: 1 and, where nothing else is wrong, a fitted one."""
        if self._explains(variant.switches, {**others, name: NEUTRAL}):
            yield NEUTRAL
        elif not variant.flags:
            fitted = self._fitted(variant.switches, name, others)
            for value in (float(f"{fitted:.6g}"), fitted):
                if self._explains(variant.switches, {**others, name: value}):
                    yield value
                    return

    def shown(
        self, variant: bank.Variant, name: str, value: float, others: Values, default: float,
        accept: Sequence[str],
    ) -> Shown | None:
        """How well it explains everything, if it does so better than anything simpler."""
        held = {**others, name: value}
        simpler = [self._having({one}, {}) for one in accept]
        simpler += [self._having(variant.switches, {**others, name: one}) for one in (default, 0.0)]
        simpler += [self._having(bank.without(variant.switches, one), held)
                    for one in variant.flags]
        return self._evidence.shows(self._having(variant.switches, held), simpler)

    def that_matter(
        self, variant: bank.Variant, name: str, value: float, others: Values
    ) -> tuple[str, ...]:
        """The others of which the rule has any use."""
        run = self._evidence.runs[0]
        held = {**others, name: value}
        steps = self._steps(variant.switches, held, run)
        return tuple(
            other for other in others
            if distance(self._steps(
                variant.switches, {**held, other: 0.9 * held[other]}, run), steps) > 0)

    def _explains(self, switches: Set[str], held: Values) -> bool:
        return all(
            distance(self._steps(switches, held, run), answer) < FLOAT64
            for run, answer in zip(self._evidence.runs, self._evidence.answers, strict=True))

    def _having(self, switches: Set[str], held: Values) -> Hypothesis:
        return lambda run: self._steps(switches, held, run)

    def _steps(self, switches: Set[str], held: Values, run: Trajectory) -> Floats:
        return simulate(self._family, switches, with_fixed(run, held), self._defaults)

    def _fitted(self, switches: Set[str], name: str, others: Values) -> float:
        """The value nearest to the answers to the first run: the best of a grid, then golden
        sections around it."""
        run, answer = self._evidence.runs[0], self._evidence.answers[0]

        def error(value: float) -> float:
            return float(distance(self._steps(switches, {**others, name: value}, run), answer))

        grid = np.sort(GRID.get(name, DECAYS))
        best = int(np.argmin([error(float(value)) for value in grid]))
        low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
        ratio = (5**0.5 - 1) / 2
        for _ in range(REFINEMENTS):
            left, right = high - ratio * (high - low), low + ratio * (high - low)
            low, high = (low, right) if error(left) < error(right) else (left, high)
        return (low + high) / 2
