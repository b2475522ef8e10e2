"""Draws a check's plot with matplotlib, in the look of the demos: one function for each kind."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cgp_harness.model.plot import Plot, Series, Surface
from cgp_harness.reports.figures import log_axis
from cgp_harness.reports.figures.strokes import (
    COLOURS,
    INK,
    PAPER,
    floats,
    key,
    label,
    line,
    mark,
    style_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    Keys = list[tuple[Line2D, str]]

WIDTH_IN = 4.6
"""Two fit side by side on a page."""
TITLE_IN, AXES_IN, X_LABEL_IN, LEGEND_ROW_IN = 0.32, 2.0, 0.45, 0.19
TITLE_LETTERS, Y_LABEL_LETTERS = 58, 32
"""What fits on one line; there may be two."""
MOST_OF_COLUMN = 24
LEVELS, FAINT = 12, 0.4
SPREAD = 0.6
"""How wide a column of differences is, of the distance of two columns."""


@contextmanager
def look() -> Iterator[None]:
    """The demos' look, in the ink of the pages; figures are drawn and saved within it."""
    import matplotlib

    from cgp_reference.demos import figure

    with figure.look():
        matplotlib.rcParams.update({
            "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK,
            "xtick.color": INK, "ytick.color": INK, "figure.facecolor": PAPER,
            "axes.facecolor": "none", "svg.fonttype": "none", "legend.frameon": False,
            "legend.fontsize": 8, "axes.titlelocation": "left",
        })
        yield


DIVERGED = "diverged on all seeds"
"""In place of the points of a comparison that has none."""


def draw(plot: Plot) -> Figure:
    """The figure of a plot, in no window. Call it within `look()`."""
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    title = textwrap.wrap(label(plot.title, 2 * TITLE_LETTERS), TITLE_LETTERS)
    axes.set_title("\n".join(title), x=-0.17)
    axes.set_xlabel(label(plot.x_label))
    y_label = textwrap.wrap(label(plot.y_label, 2 * Y_LABEL_LETTERS), Y_LABEL_LETTERS)
    axes.set_ylabel("\n".join(y_label))
    # One order on every figure: the student's first.
    keys = KINDS[plot.kind](axes, sorted(plot.series, key=lambda one: [*COLOURS].index(one.role)))
    if plot.surface is not None:
        _contours(axes, plot.surface)
    columns = 2 if max((len(text) for _, text in keys), default=0) <= MOST_OF_COLUMN else 1
    legend_in = LEGEND_ROW_IN * math.ceil(len(keys) / columns) + 0.08
    title_in = TITLE_IN if len(title) < 2 else 1.6 * TITLE_IN
    height_in = title_in + AXES_IN + X_LABEL_IN + legend_in
    figure.set_size_inches(WIDTH_IN, height_in)
    # Not layout="constrained": it doubles the time.
    figure.subplots_adjust(
        left=0.16 if len(y_label) < 2 else 0.19, right=0.97, top=1 - title_in / height_in,
        bottom=(X_LABEL_IN + legend_in) / height_in,
    )
    _legend(figure, keys, columns)
    return figure


def _losses(axes: Axes, all_series: Sequence[Series]) -> Keys:
    """A line of medians in a band of seeds; a loss of zero lies at the bottom."""
    low, high = log_axis.ends(all_series)
    axes.set_yscale("log", nonpositive="clip")
    # Before the curves: matplotlib overflows where it finds the ends from 1e300 itself.
    axes.set_ylim(low, high)
    for series in all_series:
        if series.low and series.high:
            axes.fill_between(
                series.x, floats(series.low), floats(series.high), alpha=0.15, linewidth=0,
                color=style_of(series).colour,
            )
        line(axes, series)
    axes.autoscale_view(scaley=False)
    # Not matplotlib's own numbers: it sets powers in its mathematical type, which is a third of
    # all the time, and leaves an axis of less than a decade with one number or none.
    numbers = log_axis.ticks(low, high)
    axes.set_yticks(numbers, [f"{number:g}" for number in numbers])
    axes.minorticks_off()
    return _keys(all_series)


def _differences(axes: Axes, all_series: Sequence[Series]) -> Keys:
    """A column for each comparison, a point for each seed; beside them the mean and its interval.

    `low` and `high` of a series, where it has them, begin with the interval's ends.
    """
    axes.axhline(0, color=INK, linewidth=0.8, zorder=0)
    for column, series in enumerate(all_series):
        if _diverged(series):
            axes.text(column, 0, DIVERGED, ha="center", va="bottom", fontsize=8)
            continue
        style, seeds = style_of(series), len(series.y)
        places = [column + SPREAD * ((seed + 0.5) / seeds - 0.5) for seed in range(seeds)]
        axes.plot(
            places, floats(series.y), color=style.colour, marker=style.marker, markersize=3.5,
            linestyle="", alpha=0.7,
        )
        _mean(axes, series, column + SPREAD / 2 + 0.08)
    axes.set_xlim(-0.5, max(len(all_series), 1) - 0.5)
    most = 2 * MOST_OF_COLUMN // max(len(all_series), 2)
    axes.set_xticks(range(len(all_series)), [label(series.label, most) for series in all_series])
    axes.tick_params(axis="x", length=0, labelsize=8)
    intervals = any(series.low for series in all_series)
    return [(mark("D"), "mean, with its interval" if intervals else "mean")]


def _mean(axes: Axes, series: Series, place: float) -> None:
    finite = [value for value in series.y if value is not None]
    if not finite:
        return
    if series.low and series.high:
        ends = floats((series.low[0], series.high[0]))
        axes.plot([place] * 2, ends, color=INK, marker="_", markersize=6)
    axes.add_line(mark("D", (place, math.fsum(finite) / len(finite))))


def _contours(axes: Axes, surface: Surface) -> None:
    """Lines of equal loss, in equal ratios; the axes end where the surface does."""
    losses = [loss for row in surface.z for loss in row if loss]
    if losses and max(losses) > min(losses):
        low, high = math.log(min(losses)), math.log(max(losses))
        levels = [math.exp(low + (high - low) * k / LEVELS) for k in range(1, LEVELS)]
        rows = [floats(row) for row in surface.z]
        axes.contour(surface.x, surface.y, rows, levels=levels, colors=INK, alpha=FAINT,
                     linewidths=0.6, linestyles="solid", zorder=0)
    axes.set_xlim(surface.x[0], surface.x[-1])
    axes.set_ylim(surface.y[0], surface.y[-1])


def _path(axes: Axes, all_series: Sequence[Series]) -> Keys:
    """The way over two parameters, from a ring to a cross."""
    for series in all_series:
        line(axes, series)
        points = [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]
        if points:
            axes.add_line(mark("o", points[0]))
            axes.add_line(mark("X", points[-1], style_of(series).colour))
    axes.autoscale_view()
    return [*_keys(all_series), (mark("o"), "start"), (mark("X"), "end")]


KINDS: Mapping[str, Callable[[Axes, Sequence[Series]], Keys]] = {
    "losses": _losses, "differences": _differences, "path": _path,
}


def _keys(all_series: Sequence[Series]) -> Keys:
    return [
        (key(series), label(f"{series.label}, diverged" if _diverged(series) else series.label))
        for series in all_series]


def _diverged(series: Series) -> bool:
    return bool(series.y) and all(value is None for value in series.y)


def _legend(figure: Figure, keys: Keys, columns: int) -> None:
    legend = figure.legend(
        [handle for handle, _ in keys], [""] * len(keys), loc="lower left", ncols=columns,
        handlelength=3.2, borderaxespad=0.3, labelspacing=0.35,
    )
    # Not at once: matplotlib leaves out what has a label that begins with "_".
    for text, (_, wanted) in zip(legend.get_texts(), keys, strict=True):
        text.set_text(wanted)
