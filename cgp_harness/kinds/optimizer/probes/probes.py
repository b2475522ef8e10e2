"""The open-loop probes: what is asked of a rule, drawn from the seed.

Generic numbers, since the usual ones hide mistakes: with lr constant, lr in the buffer or not is
the same; beta1 = 0.5 hides beta and 1 - beta swapped; 0.9 and 0.999 hide hard-coded betas; one
parameter hides shared state; |g| near 1 hides a missing eps. All names are canonical.
"""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.probing import starts

SCALAR = (1,)
PLAIN = {"mu": 0.75, "rho": 0.75, "beta1": 0.75, "beta2": 0.875, "eps": 0.25}


def diagnosis_probes(seed: int, more: int = 0) -> tuple[Trajectory, ...]:
    """Three runs, 37 numbers, that tell all variants of the bank apart.

    Args:
        more: further steps, for a rule that does something else later (`late.py`).
    """
    draw = np.random.default_rng([seed, 1])
    few, one_more = 5 + more, 6 + more
    generic = _run(draw, parameters=2, steps=few, size=(0.3, 3.0), eps=draw.uniform(0.09, 0.16))
    tiny = _run(draw, parameters=2, steps=one_more, size=(0.3e-6, 3e-6), eps=1e-8)
    several = _run(draw, parameters=3, steps=few, size=(0.3, 3.0), eps=draw.uniform(0.04, 0.08))
    return generic, tiny, several


def small_run(seed: int) -> Trajectory:
    """Two parameters of two numbers, two steps: what the relations are tried on.

    Half-integers, none of them zero, so that a violated relation can be checked by hand.
    """
    draw = np.random.default_rng([seed, 2])
    gradients = draw.choice([-1.0, 1.0], (2, 4)) * draw.integers(1, 7, (2, 4)) / 2
    return Trajectory(
        ((2,), (2,)), gradients, PLAIN, {"lr": (0.5, 0.25)}, start=starts.simple(4))


def single_run() -> Trajectory:
    """One number, two steps: the smallest run in which every hyperparameter matters."""
    return Trajectory(
        (SCALAR,), np.array([[1.0], [0.5]]), PLAIN, {"lr": (0.5, 0.25)}, start=starts.simple(1))


def volume_run(seed: int, numbers: int) -> Trajectory:
    """One parameter of many numbers, five steps, magnitudes from 1e-4 to 1e4."""
    draw = np.random.default_rng([seed, 3])
    base = _run(draw, parameters=1, steps=5, size=(0.3, 3.0), eps=1e-8)
    gradients = draw.choice([-1.0, 1.0], (5, numbers)) * 10 ** draw.uniform(-4, 4, (5, numbers))
    return Trajectory(((numbers,),), gradients, base.hyperparameters, base.schedule)


def _run(
    draw: np.random.Generator, *, parameters: int, steps: int, size: tuple[float, float],
    eps: float,
) -> Trajectory:
    signs = draw.choice([-1.0, 1.0], (steps, parameters))
    lr = draw.uniform(0.4, 0.6)
    change = steps // 2
    return Trajectory(
        shapes=(SCALAR,) * parameters,
        gradients=_mixed(signs) * draw.uniform(*size, (steps, parameters)),
        hyperparameters={
            "mu": draw.uniform(0.62, 0.8), "rho": draw.uniform(0.7, 0.85),
            "beta1": draw.uniform(0.56, 0.68), "beta2": draw.uniform(0.78, 0.88),
            "eps": float(eps),
        },
        schedule={"lr": (lr,) * change + (lr * draw.uniform(0.4, 0.6),) * (steps - change)},
    )


def _mixed(signs: Floats) -> Floats:
    """Both signs in every parameter's first two steps: sums that cannot tell |g| from g."""
    signs[0, :], signs[1, :] = np.where(np.arange(signs.shape[1]) % 2, 1.0, -1.0), signs[0, :]
    signs[1, :] = -signs[0, :]
    return signs
