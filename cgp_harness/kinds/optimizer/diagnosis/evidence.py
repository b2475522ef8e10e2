"""Is a name shown? It explains every number, further ones too, and nothing simpler does.

A name is looked for on the probes, and confirmed on runs that it was not looked for on. A number
that is not finite must be so in the simulation as well, but shows nothing by itself: many things
end in NaN. So a mistake counts as shown where finite numbers contradict the rule without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT32, FLOAT64, distance
from cgp_harness.probing.single_precision import float32_numbers

Hypothesis = Callable[[Trajectory], Floats]
"""The steps that a rule would answer to a run."""

CLEARLY = 100.0
"""How many times the tolerance a simpler hypothesis must be off."""
ROUNDINGS = 32.0
"""How many times its own rounding an answer in float32 may be off; see `checks.rules.rounding`."""
ULP = 2.0**-23


@dataclass(frozen=True)
class Shown:
    """How well a hypothesis explains the answers: its error, on so many numbers; others are not
    finite, at the same places."""

    error: float
    numbers: int
    not_finite: int


class Evidence:
    """What a rule answered to the probes, and answers to the runs that confirm a name.

    Args:
        runs: the probes, with canonical names.
        answers: (T, D) to each.
        ask: the rule's answer to any further run; None where it raises.
        begun: a further run, with the values that the parameters begin from if the rule sees them.
    """

    def __init__(
        self, runs: Sequence[Trajectory], answers: Sequence[Floats],
        ask: Callable[[Trajectory], Floats | None],
        begun: Callable[[Trajectory], Trajectory] = lambda run: run,
    ) -> None:
        self.runs = tuple(runs)
        self.answers = tuple(answers)
        self._ask, self._begun = ask, begun

    @cached_property
    def pairs(self) -> tuple[tuple[Trajectory, Floats], ...]:
        """All runs with their answers, the probes first; asked for when a name is in sight."""
        further = [(run, self._ask(run)) for run in map(self._begun, confirming_runs())]
        return (
            *zip(self.runs, self.answers, strict=True),
            *((run, answer) for run, answer in further if answer is not None))

    def answer(self, run: Trajectory) -> Floats | None:
        """The rule's answer to any run; None where it raises."""
        return self._ask(self._begun(run))

    def holds_widely(self, hypothesis: Hypothesis, *, single: bool = False) -> bool:
        """Whether a hypothesis explains many numbers more: where a rule gives little but signs,
        what is untrue may explain the few that were asked."""
        run = self._begun(telling_run())
        answer = self._wide_answer
        wide = room(hypothesis, run) if single else FLOAT64
        return answer is None or float(distance(answer, hypothesis(run))) < wide

    @cached_property
    def _wide_answer(self) -> Floats | None:
        return self.answer(telling_run())

    @cached_property
    def single(self) -> bool:
        """Whether all answers to the probes are float32 numbers."""
        return float32_numbers(self.answers)

    def shows(
        self, hypothesis: Hypothesis, simpler: Sequence[Hypothesis], *, single: bool = False
    ) -> Shown | None:
        """Whether the hypothesis explains all answers, and each of the simpler ones does not.

        Args:
            hypothesis: what is to be named.
            simpler: the same with one mistake less, and the right rule.
            single: it may be off by float32's rounding.
        """
        errors, rooms = [], []
        for run, answer in self.pairs:
            rooms.append(room(hypothesis, run) if single else FLOAT64)
            errors.append(float(distance(answer, hypothesis(run))))
            if not errors[-1] < rooms[-1]:
                return None
        for other in simpler:
            if not any(
                _off(answer, other(run)) > CLEARLY * wide
                for (run, answer), wide in zip(self.pairs, rooms, strict=True)
            ):
                return None
        finite = sum(int(np.isfinite(answer).sum()) for _, answer in self.pairs)
        every = sum(answer.size for _, answer in self.pairs)
        return Shown(max(errors), finite, every - finite) if finite else None


def _off(answer: Floats, simulated: Floats) -> float:
    """The distance where the answer is finite."""
    finite = np.isfinite(answer)
    return float(distance(np.where(finite, answer, 0.0), np.where(finite, simulated, 0.0)))


def room(hypothesis: Hypothesis, run: Trajectory) -> float:
    """How far float32 may be off: some of the hypothesis' own roundings, and at most 1e-4."""
    exact, draw = hypothesis(run), np.random.default_rng(0)
    worst = ULP
    for _ in range(4):
        rounded = hypothesis(_rounded(run, draw))
        finite = np.isfinite(exact) & np.isfinite(rounded)
        worst = max(worst, float(distance(
            np.where(finite, rounded, 0.0), np.where(finite, exact, 0.0))))
    return min(ROUNDINGS * worst, FLOAT32)


def _rounded(run: Trajectory, draw: np.random.Generator) -> Trajectory:
    def noise(shape: tuple[int, ...] = ()) -> Floats:
        return np.asarray(1 + ULP / 2 * draw.uniform(-1, 1, shape))

    return replace(
        run, gradients=run.gradients * noise(run.gradients.shape),
        hyperparameters={key: value if isinstance(value, int) else value * float(noise())
                         for key, value in run.hyperparameters.items()})


@lru_cache(maxsize=1)
def confirming_runs() -> tuple[Trajectory, ...]:
    """Four runs, 140 numbers, at other values than the probes: always the same.

    With small decays, at which `beta * k` for `beta**k` still gives numbers; with gradients far
    below eps, where the probes have them above; with decays above the usual ones, and large
    gradients; and a long one.
    """
    return tuple(_runs())


@lru_cache(maxsize=1)
def telling_run() -> Trajectory:
    """A run of many numbers, by which changes are told apart: a sign hides what one has made of
    most of them."""
    draw = np.random.default_rng([2026, 91])
    shape = 6, 60
    return Trajectory(
        ((1,),) * shape[1], draw.choice([-1.0, 1.0], shape) * 10 ** draw.uniform(-2, 1, shape),
        {"mu": 0.68, "rho": 0.6, "beta1": 0.55, "beta2": 0.77, "eps": 0.21},
        {"lr": (0.5, 0.5, 0.31, 0.31, 0.2, 0.2)})


def _runs() -> Iterator[Trajectory]:
    for stream, parameters, steps, size, values in (
        (1, 3, 8, 1.0, {"mu": 0.07, "rho": 0.09, "beta1": 0.06, "beta2": 0.08, "eps": 0.21}),
        (2, 2, 8, 1e-5, {"mu": 0.68, "rho": 0.6, "beta1": 0.47, "beta2": 0.72, "eps": 1.3e-3}),
        (3, 3, 20, 30.0, {"mu": 0.97, "rho": 0.98, "beta1": 0.95, "beta2": 0.9995, "eps": 0.7}),
        (4, 1, 40, 1.0, {"mu": 0.55, "rho": 0.65, "beta1": 0.5, "beta2": 0.7, "eps": 0.03}),
    ):
        draw = np.random.default_rng([2026, 90, stream])
        shape = steps, parameters
        gradients = draw.choice([-1.0, 1.0], shape) * draw.uniform(0.3, 3.0, shape) * size
        rates = np.repeat(draw.uniform(0.1, 0.9, steps // 4), 4)
        yield Trajectory(
            ((1,),) * parameters, gradients, values, {"lr": tuple(map(float, rates))})
