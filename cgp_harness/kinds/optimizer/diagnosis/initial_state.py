"""Was it the right rule (or a known wrong one) that began from a state other than zero?

The unknown initial state of each number is fitted, and accepted only where it explains all steps of
every run: one or two unknowns against 5 to 20 numbers each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import Candidate
from cgp_harness.kinds.optimizer.diagnosis.evidence import CLEARLY, Evidence, Shown, room
from cgp_harness.kinds.optimizer.diagnosis.fitted_state import Fit, fit_state
from cgp_harness.kinds.optimizer.probes.roles import of_role
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance

RATIO = 1e-6
"""To which a fitted state must be so many times the first gradient, or its square, to come from
it."""
INITIAL, FIRST_GRADIENT, EPS_TWICE = (
    "random_initial_state", "first_gradient_state", "eps_twice")
FOLLOWED = 1e-4
"""To which a fitted state must be the same multiple of a hyperparameter in all runs to be one."""


_NOT_SEEN = Fit(np.zeros((0, 0)), 0.0)
"""Of a further run in which eps is so large that a state of the gradients' size does not show."""


@dataclass(frozen=True)
class Begun:
    """A state that is shown: of which rule, what to call it, how well, and whether in float32."""

    candidate: Candidate
    name: str
    said: Shown
    single: bool


def match(
    of: Sequence[Candidate], rights: Sequence[Mutant], evidence: Evidence, *,
    declared: Sequence[float],
) -> Begun | None:
    """The rule with at most one mistake that explains every run from some initial state.

    Zero must not explain it, and a state that follows from the first gradient is no initial one:
    the first gradient itself, or its square, has a name of its own, anything else has none.

    Args:
        of: the rules to look at.
        rights: those that are accepted.
        evidence: what the rule answered.
        declared: the initial state that the decorator itself names, if it is not zero; only then
            is a fit at float32 precision believed.
    """
    if not all(np.isfinite(answer).any() for answer in evidence.answers):
        return None
    tiers = (False, True) if declared and evidence.single else (False,)
    found: list[Begun] = []
    for one in of:
        if _keeps_state_apart(one.mutant, evidence.runs[0]) and (
            declared or not _is_another_state(one.mutant)
        ):
            for single in tiers:
                fits = _fits(one.mutant, rights, evidence, declared, single=single)
                name = _name(fits, evidence) if fits else ""
                if name:
                    found.append(Begun(one, name, _said(fits, evidence), single))
    return min(found, key=lambda one: (
        len(one.candidate.mutant.named) + one.single, one.said.error), default=None)


def _keeps_state_apart(mutant: Mutant, run: Trajectory) -> bool:
    """Whether each parameter has a state of its own, and it matters."""
    if not mutant.rule.state or any(
            {"shared", "first"} & {*(way.how or {})} for way in mutant.ways):
        return False
    begun = [np.ones(run.gradients.shape[1]) for _ in mutant.rule.state]
    return not np.array_equal(mutant.steps(run, begun), mutant.steps(run), equal_nan=True)


def _is_another_state(mutant: Mutant) -> bool:
    """Whether eps is another: where nothing is forgotten, that is another state."""
    forgets = of_role(mutant.rule.hyperparameters, "decay")
    return not forgets and any(name == "eps" for way in mutant.ways for name, _ in way.instead)


def _fits(
    mutant: Mutant, rights: Sequence[Mutant], evidence: Evidence, declared: Sequence[float], *,
    single: bool,
) -> list[Fit]:
    """A fit for each run, the probes first; empty if one of them has none, or needs none: zero or
    the right rule would do."""
    fits: list[Fit] = []

    def fitted(run: Trajectory, answer: Floats) -> Fit | None:
        wide = room(mutant.steps, run) if single else FLOAT64
        simpler = [mutant.steps(run), *(one.steps(run) for one in rights)]
        if any(distance(answer, one) < CLEARLY * wide for one in simpler):
            return None
        fit = fit_state(mutant, run, answer, declared, thorough=bool(fits and declared))
        return fit if fit.error < wide else None

    def unseen(run: Trajectory, answer: Floats) -> bool:
        return float(distance(answer, mutant.steps(run))) < CLEARLY * FLOAT64

    for run, answer in zip(evidence.runs, evidence.answers, strict=True):
        fit = fitted(run, answer)
        if fit is None:
            return []
        fits.append(fit)
    for run, answer in evidence.pairs[len(fits):]:
        fit = _NOT_SEEN if unseen(run, answer) else fitted(run, answer)
        if fit is None:
            return []
        fits.append(fit)
    return fits


def _name(fits: Sequence[Fit], evidence: Evidence) -> str:
    """What to call these states; empty if they are none that something began from."""
    followed = [
        _of_first_gradient(fit.state, run.gradients[0])
        for fit, (run, _) in zip(fits, evidence.pairs, strict=True)
        if fit is not _NOT_SEEN and fit.state.shape[1] > 1  # one number follows from anything
    ]
    if all(one == "itself" for one in followed):
        return FIRST_GRADIENT
    if any(followed):
        return ""
    seen = [(fit.state, run) for fit, (run, _) in zip(fits, evidence.pairs, strict=True)
            if fit is not _NOT_SEEN]
    return _of_hyperparameter(seen)


def _of_hyperparameter(seen: Sequence[tuple[Floats, Trajectory]]) -> str:
    """`eps_twice` if all states are eps; empty if they are something else that a hyperparameter
    makes, which is no state that anything began from.

    The runs have values of their own: what follows from one of them follows in no run from chance.
    """
    for name in seen[0][1].hyperparameters:
        for power in (1.0, 2.0, 0.5):
            ratios = np.concatenate([
                state.ravel() / run.hyperparameters[name] ** power for state, run in seen])
            if np.ptp(ratios) <= FOLLOWED * abs(ratios[0]):
                itself = (name, power) == ("eps", 1.0) and abs(ratios[0] - 1) <= FOLLOWED
                return EPS_TWICE if itself else ""
    return INITIAL


def _of_first_gradient(state: Floats, first: Floats) -> str:
    """`itself` if each row of the state is the first gradient or its square, or zero, but not all
    are; `times` if some row of it is the same number of times that; else empty."""
    ratios = np.stack([state / first, state / first**2, state / np.abs(first)])
    same = np.ptp(ratios, axis=-1) <= RATIO * np.abs(ratios).max(axis=-1)
    once = same & (np.abs(ratios[..., 0] - 1) <= RATIO)
    begun = once.any(axis=0) | (state == 0).all(axis=-1)  # one of two may begin at zero
    if once.any() and begun.all():
        return "itself"
    return "times" if (same & (ratios[..., 0] != 0)).any() else ""


def _said(fits: Sequence[Fit], evidence: Evidence) -> Shown:
    answers = [answer for _, answer in evidence.pairs]
    finite = sum(int(np.isfinite(answer).sum()) for answer in answers)
    return Shown(
        max(fit.error for fit in fits), finite, sum(answer.size for answer in answers) - finite)
