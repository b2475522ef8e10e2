"""What the figures of `convergence` show: losses against the iteration, and a point per seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.optimizer.trainings.claims import Claim
from cgp_harness.kinds.optimizer.trainings.comparison import Setting, Trial
from cgp_harness.model import Floats
from cgp_harness.plot import Plot, Series
from cgp_harness.probing.statistics.curve import Role, curve, drawn
from cgp_harness.probing.statistics.paired import CEILING


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
        y=tuple(drawn(value) if both else None for value, both in seeds),
        low=(low,) if learns.all() else (), high=(high,) if learns.all() else (),
    )


def _learns(losses: Floats) -> NDArray[np.bool_]:
    return np.asarray((losses <= CEILING).all(axis=0))
