"""Was it the right rule (or a known wrong one) that began from a state other than zero?

The unknown initial state of each number is fitted by Gauss-Newton and accepted only where it
explains all steps of every run: one or two unknowns against 5 to 20 numbers each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import Candidate
from cgp_harness.kinds.optimizer.diagnosis.evidence import CLEARLY, Evidence, Shown, room
from cgp_harness.kinds.optimizer.probes.roles import of_role
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance

ITERATIONS = 15
NEAR_1 = 10.0
RATIO = 1e-6
"""To which a fitted state must be so many times the first gradient, or its square, to come from
it."""
INITIAL, FIRST_GRADIENT, EPS_TWICE = (
    "random_initial_state", "first_gradient_state", "eps_twice")
FOLLOWED = 1e-4
"""To which a fitted state must be the same multiple of a hyperparameter in all runs to be one."""
_Steps = Callable[[Sequence[Floats]], Sequence[Floats]]
"""States (unknowns, D) -> the steps (T, D) from each."""


@dataclass(frozen=True)
class _Fit:
    """A state (unknowns, D) from which a variant explains a run, and what remains."""

    state: Floats
    error: float


_NOT_SEEN = _Fit(np.zeros((0, 0)), 0.0)
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
) -> list[_Fit]:
    """A fit for each run, the probes first; empty if one of them has none, or needs none: zero or
    the right rule would do."""
    def fitted(run: Trajectory, answer: Floats) -> _Fit | None:
        wide = room(mutant.steps, run) if single else FLOAT64
        simpler = [mutant.steps(run), *(one.steps(run) for one in rights)]
        if any(distance(answer, one) < CLEARLY * wide for one in simpler):
            return None
        fit = _fit(mutant, run, answer, declared)
        return fit if fit.error < wide else None

    def unseen(run: Trajectory, answer: Floats) -> bool:
        return float(distance(answer, mutant.steps(run))) < CLEARLY * FLOAT64

    fits = []
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


def _name(fits: Sequence[_Fit], evidence: Evidence) -> str:
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


def _said(fits: Sequence[_Fit], evidence: Evidence) -> Shown:
    answers = [answer for _, answer in evidence.pairs]
    finite = sum(int(np.isfinite(answer).sum()) for answer in answers)
    return Shown(
        max(fit.error for fit in fits), finite, sum(answer.size for answer in answers) - finite)


def _fit(
    mutant: Mutant, run: Trajectory, answer: Floats, declared: Sequence[float]
) -> _Fit:
    unknowns = len(mutant.rule.state)
    below = [np.full(run.gradients.shape[1], -1e6) for _ in range(unknowns)]
    squared = not np.isfinite(mutant.steps(run, below)).all()

    def begun(unknown: Floats) -> Floats:
        state = unknown.copy()
        if squared:
            state[-1] = state[-1] ** 2  # what stands under a root is not negative
        return state

    first = run.gradients[0]
    # Tried as they are: a descent may miss them where a number hardly shows in the steps.
    tried = [np.stack(rows) for rows in product(
        (np.zeros_like(first), first, first**2), repeat=unknowns)]
    if "eps" in run.hyperparameters:
        tried.append(np.zeros((unknowns, len(first))))
        tried[-1][-1] = run.hyperparameters["eps"]
    if len(declared) == unknowns:  # in whatever order the student lists them
        tried += [np.tile(np.array([one]).T, len(first)) for one in permutations(declared)]
    together = _steps(mutant, run)
    with np.errstate(all="ignore"):
        errors = [float(distance(steps, answer)) for steps in together(tried)]
    for state, error in zip(tried, errors, strict=True):
        if state.any() and error < FLOAT64:
            return _Fit(state, error)

    def steps(unknown: Sequence[Floats]) -> Sequence[Floats]:
        return together([begun(one) for one in unknown])

    fits = []
    # A state is near 1, or of the gradients' own size; which is the same where these are near 1.
    sizes = [np.full(answer.shape[1], 0.5), run.gradients[0]]
    near = 1 / NEAR_1 < np.abs(run.gradients).max() < NEAR_1
    with np.errstate(all="ignore"):
        for size in sizes[:1] if near else sizes:
            unknown, error = _descend(steps, np.tile(size, (unknowns, 1)), answer)
            fits.append(_Fit(begun(unknown), error))
            if error < FLOAT64:
                break
    return min(fits, key=lambda one: one.error)


def _steps(mutant: Mutant, run: Trajectory) -> _Steps:
    """What gives the steps from each of several states: in one run, side by side, if numbers that
    stand beside others are stepped as before."""
    size = run.gradients.shape[1]

    def each(states: Sequence[Floats]) -> Sequence[Floats]:
        return [mutant.steps(run, tuple(one)) for one in states]

    def together(states: Sequence[Floats]) -> Sequence[Floats]:
        whole, times = mutant.whole(run), len(states)
        wide = replace(
            whole, shapes=((size * times,),), gradients=np.tile(whole.gradients, times),
            start=None if whole.start is None else np.tile(whole.start, times))
        return np.split(mutant.steps(wide, tuple(np.concatenate(states, axis=1))), times, axis=1)

    some = [np.full((len(mutant.rule.state), size), value) for value in (0.5, 2.0)]
    with np.errstate(all="ignore"):
        alike = mutant.flat and not run.second_group and all(
            distance(one, other) < FLOAT64 / 1000
            for one, other in zip(each(some), together(some), strict=True))
    return together if alike else each


def _descend(steps: _Steps, unknown: Floats, answer: Floats) -> tuple[Floats, float]:
    """Gauss-Newton on every column at once; where it ends, and the distance that remains.

    Steps that are not finite say nothing of the state, but must be so in the end as well.
    """
    known = np.isfinite(answer)
    for _ in range(ITERATIONS):
        h = 1e-6 * (np.abs(unknown) + 1e-6)
        now, *moved = steps([unknown, *(
            unknown + h * unit[:, None] for unit in np.eye(len(unknown)))])
        if float(distance(now, answer)) < FLOAT64 / 100:
            break
        slopes = np.stack([
            np.where(known, there - now, 0.0) / h[i] for i, there in enumerate(moved)])
        missing = np.where(known, answer - now, 0.0)
        jacobian = np.moveaxis(slopes, (0, 1, 2), (2, 1, 0))  # (column, step, unknown)
        if not np.isfinite(jacobian).all():
            return unknown, float("inf")
        square = jacobian.transpose(0, 2, 1) @ jacobian
        square += 1e-14 * np.trace(square, axis1=1, axis2=2)[:, None, None] * np.eye(len(unknown))
        square += 1e-300 * np.eye(len(unknown))
        change = np.linalg.solve(square, jacobian.transpose(0, 2, 1) @ missing.T[:, :, None])
        unknown = unknown + np.clip(change[:, :, 0].T, -1.0, 1.0)
    return unknown, float(distance(steps([unknown])[0], answer))
