"""What a figure of a check shows, as plain numbers: checks fill it, reports draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Series:
    """One curve of a plot, or one set of points.

    Args:
        role: whose it is; decides how it is drawn.
        y: values, or medians over seeds; None for a number that is not finite.
        low: 5 % quantile over seeds, if there is a band.
        high: 95 % quantile.
    """

    label: str
    role: Literal["student", "reference", "sgd", "torch"]
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Surface:
    """Losses over two parameters: `z[i][j]` stands at `x[j]`, `y[i]`; None if it is not finite."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    z: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Plot:
    """What one figure of a check shows; plain numbers, from which reports draw it.

    Args:
        kind: `losses` (against the iteration, log scale), `differences` (a point for each seed),
            or `path` (over two parameters, on the contours of `surface`, if there is one).
        name: part of the file name.
    """

    kind: Literal["losses", "differences", "path"]
    name: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    problem: str = ""
    surface: Surface | None = None
