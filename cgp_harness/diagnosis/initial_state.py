"""Was it the right rule (or a known wrong one) that began from a state other than zero?

The unknown initial state of each number is fitted by Gauss-Newton and accepted only where it
explains all steps: one or two unknowns against five or six numbers each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cgp_harness.diagnosis import bank
from cgp_harness.diagnosis.distance import FLOAT64, distance
from cgp_harness.diagnosis.families import FAMILIES, simulate
from cgp_harness.diagnosis.flag import INITIAL_STATE
from cgp_harness.model import Floats, Trajectory

ITERATIONS = 15
RESOLVED = 1e-3
"""Runs with smaller gradients say nothing of an initial state near 1."""


def match(
    family: str, accept: Sequence[str], runs: Sequence[Trajectory], answers: Sequence[Floats],
    defaults: Mapping[str, float],
) -> bank.Match | None:
    """The variant with at most one mistake that explains the answers from some initial state."""
    telling = [
        (run, answer) for run, answer in zip(runs, answers, strict=True)
        if np.abs(run.gradients).max() > RESOLVED and np.isfinite(answer).all()
    ]
    if not telling:
        return None
    for variant in bank.variants(family, depth=1):
        if _keeps_state_apart(variant):
            errors = [0.0]
            for run, answer in telling:
                if errors[-1] < FLOAT64:
                    errors.append(_fit(family, variant, run, answer, defaults))
            if max(errors) < FLOAT64:
                flags = (*variant.flags, INITIAL_STATE.id)
                if variant.convention not in accept:
                    flags = (*flags, variant.convention)
                return bank.Match(flags, variant.convention, max(errors))
    return None


def _keeps_state_apart(variant: bank.Variant) -> bool:
    return not {"shared_state", "no_momentum", "not_accumulated", "no_memory"} & set(variant.flags)


def _fit(
    family: str, variant: bank.Variant, run: Trajectory, answer: Floats,
    defaults: Mapping[str, float],
) -> float:
    def steps(unknown: Floats) -> Floats:
        state = [*unknown]
        if family != "sgd_plus":
            state[-1] = state[-1] ** 2  # what stands under a root is not negative
        return simulate(family, variant.switches, run, defaults, initial=tuple(state))

    start = np.full((FAMILIES[family].STATES, answer.shape[1]), 0.5)
    with np.errstate(all="ignore"):
        return _descend(steps, start, answer)


def _descend(steps: Callable[[Floats], Floats], unknown: Floats, answer: Floats) -> float:
    """Gauss-Newton on every column at once; the distance that remains."""
    for _ in range(ITERATIONS):
        now = steps(unknown)
        if float(distance(now, answer)) < FLOAT64 / 100:
            break
        h = 1e-6 * (np.abs(unknown) + 1e-6)
        moved = [steps(unknown + h * unit[:, None]) for unit in np.eye(len(unknown))]
        slopes = np.stack([(there - now) / h[i] for i, there in enumerate(moved)])
        jacobian = np.moveaxis(slopes, (0, 1, 2), (2, 1, 0))  # (column, step, unknown)
        if not np.isfinite(jacobian).all():
            return float("inf")
        square = jacobian.transpose(0, 2, 1) @ jacobian
        square += 1e-14 * np.trace(square, axis1=1, axis2=2)[:, None, None] * np.eye(len(unknown))
        square += 1e-300 * np.eye(len(unknown))
        change = np.linalg.solve(square, jacobian.transpose(0, 2, 1) @ (answer - now).T[:, :, None])
        unknown = unknown + np.clip(change[:, :, 0].T, -1.0, 1.0)
    return float(distance(steps(unknown), answer))
