"""What the figures of `convergence` show: losses against the iteration, and a point per seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cgp_harness.checks.claims import Claim
from cgp_harness.checks.paired import CEILING, decades
from cgp_harness.checks.trial import Setting, Trial
from cgp_harness.model import Floats
from cgp_harness.plot import Plot, Series

POINTS = 120
"""Of a curve, at most: a report holds hundreds of them."""
Role = Literal["student", "reference", "sgd", "torch"]


def plots(setting: Setting, trials: Sequence[Trial]) -> tuple[Plot, ...]:
    """Two plots for each problem."""
    return tuple(
        plot for trial in trials for plot in (losses_plot(setting, trial), differences_plot(trial)))


def losses_plot(setting: Setting, trial: Trial) -> Plot:
    """Of the rule, SGD and torch: the loss along the run."""
    return Plot(
        kind="losses", name=f"{trial.problem.name}_losses",
        title=f"{trial.problem.title}: median and 5 to 95 % of {setting.seeds} seeds",
        x_label="iteration", y_label="loss",
        series=(
            curve(f"SGD, lr {setting.sgd_lr:g}", "sgd", trial.beside.sgd),
            curve(setting.torch_name, "torch", trial.beside.torch),
            curve("your rule", "student", trial.losses),
        ),
        problem=trial.problem.name,
    )


def curve(label: str, role: Role, losses: Floats) -> Series:
    """Losses (T, S) as medians over seeds and the band of 5 to 95 %.

    Geometric means over windows of equal length: their mean in decades is the score's.

    A seed has no value in a window in which it has diverged; quantiles over seeds count it as
    the largest.
    """
    # The last iterations, fewer than a window, are left out.
    window = -(-len(losses) // POINTS)
    count = len(losses) // window
    logs = decades(losses)[:count * window].reshape(count, window, -1)
    ceiling = np.log10(CEILING)
    means = np.where((logs < ceiling).all(axis=1), logs.mean(axis=1), ceiling)
    # Nearest rank: between a seed that learns and one that has diverged there is nothing.
    bands = np.quantile(means, [0.05, 0.5, 0.95], axis=1, method="nearest")
    low, middle, high = (
        tuple(None if value == ceiling else _drawn(10.0**value) for value in row) for row in bands)
    centres = tuple(float(i * window + (window + 1) / 2) for i in range(count))
    return Series(label, role, centres, middle, low, high)


def differences_plot(trial: Trial) -> Plot:
    """Of each seed: how much better the rule is than SGD and torch; nothing where one diverged."""
    others: tuple[tuple[Role, Floats], ...] = (
        ("sgd", trial.beside.sgd), ("torch", trial.beside.torch))
    return Plot(
        kind="differences", name=f"{trial.problem.name}_differences",
        title=f"{trial.problem.title}: yours less the other, seed by seed",
        x_label="seed", y_label="decades of loss (below 0: yours is better)",
        series=tuple(
            _points(claim, role, _learns(trial.losses) & _learns(other))
            for (role, other), claim in zip(others, trial.claims, strict=True)
        ),
        problem=trial.problem.name,
    )


def _points(claim: Claim, role: Role, learns: NDArray[np.bool_]) -> Series:
    """One comparison; its `low` and `high` are the ends of the mean's 95 % interval."""
    seeds = zip(claim.student.differences, learns, strict=True)
    low, high = claim.student.interval
    return Series(
        f"against {claim.against}", role,
        x=tuple(float(i + 1) for i in range(claim.student.seeds)),
        y=tuple(_drawn(value) if both else None for value, both in seeds),
        low=(low,) if learns.all() else (), high=(high,) if learns.all() else (),
    )


def _drawn(value: float) -> float:
    """Six digits: more than a figure shows, and half the bytes of what is kept for it."""
    return float(f"{value:.6g}")


def _learns(losses: Floats) -> NDArray[np.bool_]:
    return np.asarray((losses <= CEILING).all(axis=0))
