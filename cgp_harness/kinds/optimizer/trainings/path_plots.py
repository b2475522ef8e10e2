"""What the figure of `closed_loop` shows: two paths over the ravine, or two curves of losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from cgp_harness.kinds.optimizer.trainings.paths import Path
from cgp_harness.model import Floats
from cgp_harness.model.plot import Plot, Series, Surface
from cgp_harness.probing.training_loop import Run

RAVINE = "ravine"
COLUMNS, ROWS = 41, 31
"""Of the surface under the paths."""
Role = Literal["student", "reference"]


def plots(paths: Sequence[Path], runs: Sequence[Run]) -> tuple[Plot, ...]:
    """One plot, of the first start: over the ravine if that is a problem, else of the first."""
    pairs = list(zip(paths, runs, strict=True))
    for one, run in pairs:
        if one.problem.name == RAVINE:
            return (_over_parameters(one, run),)
    return (_losses(*pairs[0]),)


def _over_parameters(one: Path, run: Run) -> Plot:
    def way(label: str, role: Role, points: Floats) -> Series:
        # It ends where it leaves the numbers: an x that is none cannot be drawn.
        finite = np.logical_and.accumulate(np.isfinite(points).all(axis=1))
        x, y = (tuple(float(f"{value:.6g}") for value in row) for row in points[finite].T)
        return Series(label, role, x, y)

    paths = [
        way("specified rule", "reference", one.run.points[:, :2, 0]),
        way("your rule", "student", run.points[:, :2, 0]),
    ]
    return Plot(
        kind="path", name=one.problem.name,
        title=f"{one.problem.title}: the way of {one.iterations} steps, first start",
        x_label="first parameter", y_label="second parameter",
        series=tuple(paths), problem=one.problem.name,
        surface=_surface(one, *paths),
    )


def _surface(one: Path, right: Series, other: Series) -> Surface:
    """The loss of the first iteration around both paths; a path that runs away leaves it."""
    x, y = (axis(one_way, other_way, points) for one_way, other_way, points in (
        (right.x, other.x, COLUMNS), (right.y, other.y, ROWS)))
    grid = np.stack([part.ravel() for part in np.meshgrid(x, y)])
    losses, _ = one.problem.course(one.seeds[:1] * grid.shape[1], 1).bound(grid)(0)
    # Five digits: it is kept for every submission, and drawn a few centimetres wide.
    rows = [
        [float(f"{loss:.5g}") if np.isfinite(loss) else None for loss in row]
        for row in np.reshape(losses, (ROWS, COLUMNS))
    ]
    return Surface(tuple(x.tolist()), tuple(y.tolist()), tuple(map(tuple, rows)))


def axis(right: Sequence[float | None], other: Sequence[float | None], points: int) -> Floats:
    """Over the right way and, not more than twice as far to each side, over the other."""
    known = [value for value in right if value is not None]
    low, high = min(known), max(known)
    width = max(high - low, 1e-3)
    reached = [value for value in other if value is not None]
    low = max(min([low, *reached]), low - 2 * width) - 0.15 * width
    high = min(max([high, *reached]), high + 2 * width) + 0.15 * width
    return np.linspace(low, high, points)


def _losses(one: Path, run: Run) -> Plot:
    def curve(label: str, role: Role, losses: Floats) -> Series:
        steps = tuple(float(k + 1) for k in range(len(losses)))
        return Series(
            label, role, steps,
            tuple(float(f"{loss:.6g}") if np.isfinite(loss) else None for loss in losses))

    return Plot(
        kind="losses", name=one.problem.name,
        title=f"{one.problem.title}: {one.iterations} steps, first start",
        x_label="iteration", y_label="loss",
        series=(
            curve("specified rule", "reference", one.run.losses[:, 0]),
            curve("your rule", "student", run.losses[:, 0]),
        ),
        problem=one.problem.name,
    )
