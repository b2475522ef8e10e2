"""The kinds of figure, each a function that fills a canvas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from cgp_harness.model.plot import Plot, Series, Surface
from cgp_harness.reports.figures import log_axis
from cgp_harness.reports.figures.canvas import HEIGHT, WIDTH, Canvas, cut, even
from cgp_harness.reports.figures.lines import data
from cgp_harness.reports.figures.ticks import evenly

DIVERGED = "diverged on all seeds"
"""In place of the points of a comparison that has none."""
ROOM = 0.05
"""Beside the numbers, of their range."""
LEVELS = 12
SPREAD = 0.55
"""How wide a column of differences is, of the distance of two columns."""
LETTERS, KEY_LETTERS = 54, 40


def losses(plot: Plot, series: Sequence[Series]) -> Canvas:
    """A line of medians in a band of seeds, on a logarithmic axis; a loss of 0 lies at its end."""
    low, high = log_axis.ends(series)
    decade = HEIGHT / (math.log10(high) - math.log10(low))
    top = decade * math.log10(high)

    def up(value: float) -> float:
        if not log_axis.LEAST < value < log_axis.MOST:
            value = min(max(value, log_axis.LEAST), log_axis.MOST)
        return top - decade * math.log10(value)

    every = [x for one in series for x in one.x] or [0.0, 1.0]
    ends = min(every), max(every)
    canvas = Canvas(
        even(*ends, WIDTH), up, _named(evenly(*ends)), _named(log_axis.ticks(low, high)))
    for one in series:
        if one.low and one.high:
            canvas.band(one)
    for one in series:
        canvas.line(one)
    canvas.keys = _keys(series)
    return canvas


def differences(plot: Plot, series: Sequence[Series]) -> Canvas:
    """A column for each comparison, a point for each seed; beside them the mean and its interval.

    `low` and `high` of a series, where it has them, begin with the interval's ends.
    """
    found = [0.0, *(y for one in series for y in (*one.y, *one.low, *one.high) if y is not None)]
    room = ROOM * (max(found) - min(found)) or 1.0
    low, high = min(found) - room, max(found) + room
    columns = max(len(series), 1)
    most = LETTERS // columns
    canvas = Canvas(
        even(-0.5, columns - 0.5, WIDTH), even(low, high, HEIGHT, up=True),
        [(k, cut(one.label, most)) for k, one in enumerate(series)], _named(evenly(low, high)))
    canvas.path("zero", f"M0 {canvas.y(0):.0f}h{WIDTH}")
    for k, one in enumerate(series):
        values = [y for y in one.y if y is not None]
        if not values:
            if one.y:
                canvas.text(DIVERGED, canvas.x(k), canvas.y(0) - 50, "m")
            continue
        place = [
            (canvas.x(k + SPREAD * ((seed + 0.5) / len(one.y) - 0.5)), canvas.y(y))
            for seed, y in enumerate(one.y) if y is not None]
        canvas.path(f"d {one.role}", "".join(f"M{x:.0f} {y:.0f}h0" for x, y in place))
        beside = canvas.x(k + SPREAD / 2 + 0.08)
        if one.low and one.high and one.low[0] is not None and one.high[0] is not None:
            ends = canvas.y(one.low[0]), canvas.y(one.high[0])
            canvas.path("i", "".join(
                f"M{beside - 40:.0f} {end:.0f}h80" for end in ends)
                + f"M{beside:.0f} {ends[0]:.0f}V{ends[1]:.0f}")
        canvas.mark("torch", [(beside, canvas.y(math.fsum(values) / len(values)))], "ink")
    interval = ", with its interval" if any(one.low for one in series) else ""
    canvas.keys = [("mean", f"mean{interval}")]
    return canvas


def path(plot: Plot, series: Sequence[Series]) -> Canvas:
    """The way over two parameters, from a ring to a cross, on lines of equal loss."""
    points = [[(x, y) for x, y in zip(one.x, one.y, strict=True) if y is not None]
              for one in series]
    if surface := plot.surface:
        left, right, low, high = surface.x[0], surface.x[-1], surface.y[0], surface.y[-1]
    else:
        left, right = _ends([x for run in points for x, _ in run])
        low, high = _ends([y for run in points for _, y in run])
    canvas = Canvas(
        even(left, right, WIDTH), even(low, high, HEIGHT, up=True),
        _named(evenly(left, right)), _named(evenly(low, high)))
    if surface:
        canvas.path("c", _contours(canvas, surface))
    for one in series:
        canvas.line(one)
    for one, run in zip(series, points, strict=True):
        if run:
            canvas.mark("start", canvas.placed(run[:1]), "ink")
            canvas.mark("end", canvas.placed(run[-1:]), one.role)
    canvas.keys = [*_keys(series), ("start", "start"), ("end", "end")]
    return canvas


KINDS: Mapping[str, Callable[[Plot, Sequence[Series]], Canvas]] = {
    "losses": losses, "differences": differences, "path": path,
}


def diverged(series: Series) -> bool:
    """Whether it has no finite number."""
    return bool(series.y) and all(value is None for value in series.y)


def _keys(series: Sequence[Series]) -> list[tuple[str, str]]:
    return [
        (one.role, cut(f"{one.label}, diverged" if diverged(one) else one.label, KEY_LETTERS))
        for one in series]


def _named(ticks: Sequence[float]) -> list[tuple[float, str]]:
    return [(tick, f"{tick:g}") for tick in ticks]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    room = ROOM * (max(values) - min(values)) or 1.0
    return min(values) - room, max(values) + room


def _contours(canvas: Canvas, surface: Surface) -> str:
    """Lines of equal loss, in equal ratios."""
    known = [loss for row in surface.z for loss in row if loss]
    if not known or max(known) <= min(known):
        return ""
    import numpy as np
    from contourpy import contour_generator

    rows = [[math.nan if loss is None else loss for loss in row] for row in surface.z]
    generator = contour_generator(
        [canvas.x(x) for x in surface.x], [canvas.y(y) for y in surface.y], rows)
    low, high = math.log(min(known)), math.log(max(known))
    levels = [math.exp(low + (high - low) * k / LEVELS) for k in range(1, LEVELS)]
    return "".join(
        data([(x, y) for x, y in np.asarray(line, float).tolist()])
        for level in levels for line in generator.lines(level))
