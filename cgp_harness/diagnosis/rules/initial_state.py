"""Was it the right rule (or a known wrong one) that began from a state other than zero?

The unknown initial state of each number is fitted by Gauss-Newton and accepted only where it
explains all steps: one or two unknowns against five or six numbers each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.diagnosis.distance import FLOAT32, FLOAT64, distance
from cgp_harness.diagnosis.flag import FLOAT32_ARITHMETIC, INITIAL_STATE
from cgp_harness.diagnosis.rules import bank
from cgp_harness.diagnosis.rules.families import FAMILIES, simulate
from cgp_harness.model import Floats
from cgp_harness.subject import Trajectory

ITERATIONS = 15
RESOLVED = 1e-3
"""Runs with smaller gradients say nothing of an initial state near 1."""


def match(
    family: str, accept: Sequence[str], runs: Sequence[Trajectory], answers: Sequence[Floats],
    defaults: Mapping[str, float], *, declared: bool,
) -> bank.Match | None:
    """The variant with at most one mistake that explains the answers from some initial state.

    Args:
        family: which bank.
        accept: conventions that count as right, and so are not flags.
        runs: the probes, with canonical names.
        answers: what the submission answered to each, (T, D).
        defaults: the assignment's defaults, at which a hyperparameter may be hard-coded.
        declared: whether the decorator itself names an initial state other than zero; only then
            is a fit at float32 precision believed.
    """
    found: list[bank.Match] = []
    telling = [
        (run, answer) for run, answer in zip(runs, answers, strict=True)
        if np.abs(run.gradients).max() > RESOLVED and np.isfinite(answer).any()
    ]
    if not telling:
        return None
    for variant in bank.variants(family, depth=1):
        if _keeps_state_apart(variant):
            errors = [0.0]
            for run, answer in telling:
                if errors[-1] < FLOAT32:
                    errors.append(_fit(family, variant, run, answer, defaults))
            flags = (*variant.flags, INITIAL_STATE.id)
            if variant.convention not in accept:
                flags = (*flags, variant.convention)
            one = bank.Match(flags, variant.convention, max(errors))
            if one.error < FLOAT64:
                found.append(one)
            elif declared and one.error < FLOAT32:
                found.append(replace(one, flags=(*flags, FLOAT32_ARITHMETIC.id)))
    # A free initial state absorbs most of a small eps: of equally simple fits, take the nearest.
    return min(found, key=lambda one: (len(one.flags), one.error), default=None)


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

    unknowns = FAMILIES[family].STATES + ("centred" in variant.flags)
    start = np.full((unknowns, answer.shape[1]), 0.5)
    with np.errstate(all="ignore"):
        return _descend(steps, start, answer)


def _descend(steps: Callable[[Floats], Floats], unknown: Floats, answer: Floats) -> float:
    """Gauss-Newton on every column at once; the distance that remains.

    Steps that are not finite say nothing of the state, but must be so in the end as well.
    """
    known = np.isfinite(answer)
    for _ in range(ITERATIONS):
        now = steps(unknown)
        if float(distance(now, answer)) < FLOAT64 / 100:
            break
        h = 1e-6 * (np.abs(unknown) + 1e-6)
        moved = [steps(unknown + h * unit[:, None]) for unit in np.eye(len(unknown))]
        slopes = np.stack([
            np.where(known, there - now, 0.0) / h[i] for i, there in enumerate(moved)])
        missing = np.where(known, answer - now, 0.0)
        jacobian = np.moveaxis(slopes, (0, 1, 2), (2, 1, 0))  # (column, step, unknown)
        if not np.isfinite(jacobian).all():
            return float("inf")
        square = jacobian.transpose(0, 2, 1) @ jacobian
        square += 1e-14 * np.trace(square, axis1=1, axis2=2)[:, None, None] * np.eye(len(unknown))
        square += 1e-300 * np.eye(len(unknown))
        change = np.linalg.solve(square, jacobian.transpose(0, 2, 1) @ missing.T[:, :, None])
        unknown = unknown + np.clip(change[:, :, 0].T, -1.0, 1.0)
    return float(distance(steps(unknown), answer))
