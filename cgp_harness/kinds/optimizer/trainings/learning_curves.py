"""What the figures of `convergence` show: losses against the iteration, and a point per seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.optimizer.trainings.claims import Claim
from cgp_harness.kinds.optimizer.trainings.comparison import Comparison, Setting
from cgp_harness.model import Floats
from cgp_harness.model.plot import Plot, Series
from cgp_harness.probing.statistics.curve import Role, curve, drawn
from cgp_harness.probing.statistics.paired import CEILING


def plots(setting: Setting, comparisons: Sequence[Comparison]) -> tuple[Plot, ...]:
    """Two plots for each problem."""
    return tuple(
        plot for comparison in comparisons
        for plot in (losses_plot(setting, comparison), differences_plot(comparison)))


def losses_plot(setting: Setting, comparison: Comparison) -> Plot:
    """Of the rule, SGD and torch, if it has this one: the loss along the run."""
    beside = comparison.beside
    torch = [] if beside.torch is None else [curve(beside.torch_name, "torch", beside.torch)]
    return Plot(
        kind="losses", name=f"{comparison.problem.name}_losses",
        title=f"{comparison.problem.title}: median and 5 to 95 % of {setting.seeds} seeds",
        x_label="iteration", y_label="loss",
        series=(
            curve(f"SGD, lr {setting.sgd_lr:g}", "sgd", beside.sgd),
            *torch,
            curve("your rule", "student", comparison.losses),
        ),
        problem=comparison.problem.name,
    )


def differences_plot(comparison: Comparison) -> Plot:
    """Of each seed: how much better the rule is than SGD and torch; nothing where one diverged."""
    others: tuple[tuple[Role, Floats | None], ...] = (
        ("sgd", comparison.beside.sgd), ("torch", comparison.beside.torch))
    return Plot(
        kind="differences", name=f"{comparison.problem.name}_differences",
        title=f"{comparison.problem.title}: yours less the other, seed by seed",
        x_label="seed", y_label="decades of loss (below 0: yours is better)",
        series=tuple(
            _points(claim, role, _learns(comparison.losses) & _learns(other))
            for (role, other), claim in zip(others, comparison.claims, strict=False)
            if other is not None
        ),
        problem=comparison.problem.name,
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
