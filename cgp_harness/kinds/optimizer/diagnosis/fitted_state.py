"""The initial state from which a rule explains what was answered.

Gauss-Newton finds it, or, asked to be thorough, begins where Levenberg-Marquardt ends. That is
asked where the decorator names a state and one run is explained: a state that is drawn when the
file is imported is another in each process, so that what the decorator says is no help.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing.distance import FLOAT64, distance

ITERATIONS = 15
SEARCHED = 40
"""Iterations of Levenberg-Marquardt before those of Gauss-Newton."""

STARTS = (0.5, 0.1, 0.03)
"""Of Levenberg-Marquardt: so all but 1 in 1,000 states between 0 and 1 are found in a run."""

NEAR_1 = 10.0
_Steps = Callable[[Sequence[Floats]], Sequence[Floats]]
"""States (unknowns, D) -> the steps (T, D) from each."""


@dataclass(frozen=True)
class Fit:
    """A state (unknowns, D) from which a variant explains a run, and what remains."""

    state: Floats
    error: float


def fit_state(
    mutant: Mutant, run: Trajectory, answer: Floats, declared: Sequence[float],
    *, thorough: bool = False,
) -> Fit:
    """The state from which a variant comes nearest to what a run was answered.

    Args:
        answer: steps (T, D), in parameter units.
        declared: the initial state that the decorator itself names; none if it is zero.
        thorough: whether to search where the descent ends elsewhere, which is dear.
    """
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
            return Fit(state, error)

    def steps(unknown: Sequence[Floats]) -> Sequence[Floats]:
        return together([begun(one) for one in unknown])

    fits = []
    # A state is near 1, or of the gradients' own size; which is the same where these are near 1.
    sizes = [np.full(answer.shape[1], 0.5), run.gradients[0]]
    near = 1 / NEAR_1 < np.abs(run.gradients).max() < NEAR_1
    with np.errstate(all="ignore"):
        for size in sizes[:1] if near else sizes:
            unknown, error = _descend(steps, np.tile(size, (unknowns, 1)), answer)
            fits.append(Fit(begun(unknown), error))
            if error < FLOAT64:
                return fits[-1]
        for near_to in STARTS if thorough else ():
            start = np.full((unknowns, answer.shape[1]), near_to)
            unknown, error = _descend(steps, _searched(steps, start, answer), answer)
            fits.append(Fit(begun(unknown), error))
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
    everywhere = np.isfinite(answer) * 1.0
    for _ in range(ITERATIONS):
        now, *moved = steps([unknown, *_beside(unknown)])
        if float(distance(now, answer)) < FLOAT64 / 100:
            break
        change = _change(unknown, now, moved, answer, everywhere, np.zeros(answer.shape[1]))
        if change is None:
            return unknown, float("inf")
        unknown = unknown + np.clip(change, -1.0, 1.0)
    return unknown, float(distance(steps([unknown])[0], answer))


def _searched(steps: _Steps, unknown: Floats, answer: Floats) -> Floats:
    """Levenberg-Marquardt on every column at once: none moves to where it fits worse.

    A small step says as much of the state as a large one.
    """
    size = np.abs(np.where(np.isfinite(answer), answer, 0.0))
    weights = np.isfinite(answer) / np.maximum(size, 1e-6 * size.max(axis=0) + 1e-300)

    def squares(now: Floats) -> Floats:
        total: Floats = np.sum(np.where(weights > 0, weights * (answer - now), 0.0) ** 2, axis=0)
        return np.where(np.isfinite(total), total, np.inf)

    damping = np.full(answer.shape[1], 1e-3)
    for _ in range(SEARCHED):
        now, *moved = steps([unknown, *_beside(unknown)])
        change = _change(unknown, now, moved, answer, weights, damping)
        if change is None:
            break
        better = squares(steps([unknown + change])[0]) < squares(now)
        unknown = np.where(better, unknown + change, unknown)
        damping = damping * np.where(better, 0.1, 10.0)
    return unknown


def _beside(unknown: Floats) -> list[Floats]:
    """The unknowns with each of them moved a little."""
    return [unknown + _little(unknown) * unit[:, None] for unit in np.eye(len(unknown))]


def _little(unknown: Floats) -> Floats:
    return 1e-6 * (np.abs(unknown) + 1e-6)


def _change(
    unknown: Floats, now: Floats, moved: Sequence[Floats], answer: Floats, weights: Floats,
    damping: Floats,
) -> Floats | None:
    """What to add to the unknowns, (unknowns, D), or none where a slope is not finite.

    Args:
        now: the steps from the unknowns, (T, D).
        moved: the steps from each of `_beside`.
        weights: of each step, (T, D); 0 where the answer is not finite.
        damping: of each column, relative to its curvatures, (D,).
    """
    h = _little(unknown)
    slopes = np.stack([
        np.where(weights > 0, weights * (there - now), 0.0) / one
        for one, there in zip(h, moved, strict=True)])
    missing = np.where(weights > 0, weights * (answer - now), 0.0)
    jacobian = np.moveaxis(slopes, (0, 1, 2), (2, 1, 0))  # (column, step, unknown)
    if not np.isfinite(jacobian).all():
        return None
    square = jacobian.transpose(0, 2, 1) @ jacobian
    curvature = np.einsum("cuu->cu", square)
    added = damping[:, None] * curvature + 1e-14 * curvature.sum(axis=1, keepdims=True) + 1e-300
    square += added[:, :, None] * np.eye(len(unknown))
    change: Floats = np.linalg.solve(square, jacobian.transpose(0, 2, 1) @ missing.T[:, :, None])
    return change[:, :, 0].T
