"""A figure in the making: scales, and the elements that are written so far.

Coordinates are tenths of a pixel, so that whole numbers suffice; what is inside the axes is cut at
them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from cgp_harness.model.plot import Series
from cgp_harness.probing.text import shown
from cgp_harness.reports.figures.lines import Point, data, runs

Scale = Callable[[float], float]
WIDTH, HEIGHT = 3950, 1750
"""Of the axes."""
MARKS = {
    "student": "m-32 0a32 32 0 1 0 64 0 32 32 0 1 0-64 0",
    "reference": "m-27-27h54v54h-54z",
    "sgd": "m-34 26h68l-34-58z",
    "torch": "m0-38l38 38-38 38-38-38z",
    "start": "m-38 0a38 38 0 1 0 76 0 38 38 0 1 0-76 0",
    "end": "m-34-34l68 68m0-68l-68 68",
}
"""The shape of each role, about its point."""
EVERY = 8
"""A line has so many marks, or a few more."""


@dataclass
class Canvas:
    """What a figure has inside its axes, and what explains it.

    Args:
        x, y: from a number to a place.
        x_ticks, y_ticks: numbers with a text each.
        inside: elements within the axes.
        keys: role and text of each row of the legend.
    """

    x: Scale
    y: Scale
    x_ticks: Sequence[tuple[float, str]] = ()
    y_ticks: Sequence[tuple[float, str]] = ()
    inside: list[str] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)

    def path(self, name: str, description: str) -> None:
        """A path of a class, unless it is empty."""
        if description:
            self.inside.append(f'<path class="{name}" d="{description}"/>')

    def placed(self, points: Sequence[tuple[float, float]]) -> list[Point]:
        """Numbers as places."""
        return [(self.x(x), self.y(y)) for x, y in points]

    def line(self, series: Series) -> None:
        """A series as a line with marks on it; a gap where a number is not finite."""
        found = [self.placed(run) for run in runs(zip(series.x, series.y, strict=True))]
        self.path(f"l {series.role}", "".join(map(data, found)))
        every = [point for run in found for point in run]
        self.mark(series.role, every[::max(1, len(series.x) // EVERY)])

    def band(self, series: Series) -> None:
        """What lies between `low` and `high`."""
        both = zip(series.x, series.low, series.high, strict=False)
        known = [(x, low, high) for x, low, high in both if low is not None and high is not None]
        edge = self.placed([(x, low) for x, low, _ in known])
        back = self.placed([(x, high) for x, _, high in reversed(known)])
        if known:
            self.path(f"b {series.role}", data([*edge, *back], edge=True))

    def mark(self, role: str, places: Sequence[Point], *more: str) -> None:
        """The shape of a role at some places."""
        name = " ".join(("k", role, *more))
        self.path(name, "".join(f"M{x:.0f} {y:.0f}{MARKS[role]}" for x, y in places))

    def text(self, text: str, x: float, y: float, name: str = "") -> None:
        """A text at a place."""
        self.inside.append(text_element(text, x, y, name))


def text_element(text: str, x: float, y: float, name: str = "", turned: bool = False) -> str:
    """A text of a class, cut to nothing and escaped."""
    place = f'transform="translate({x:.0f} {y:.0f})rotate(-90)"' if turned else (
        f'x="{x:.0f}" y="{y:.0f}"')
    return f'<text{f" class={chr(34)}{name}{chr(34)}" if name else ""} {place}>{safe(text)}</text>'


def safe(text: str) -> str:
    """A text as it may stand in an element."""
    return escape(shown(text).replace("\n", " "))


def cut(text: str, most: int) -> str:
    """At most so many letters, once it is fit to be shown."""
    fit = shown(text).replace("\n", " ")
    return fit if len(fit) <= most else f"{fit[:most - 1]}…"


def even(low: float, high: float, length: float, *, up: bool = False) -> Scale:
    """From the numbers between two ends to the places along an axis."""
    span = (high - low) or 1.0
    if up:
        return lambda value: length * (1 - (value - low) / span)
    return lambda value: length * (value - low) / span
