"""How one series is drawn on every kind of figure: a colour, a dash and a marker for each role.

matplotlib is imported inside the functions: most reports have nothing to draw, and it takes 0.4 s.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cgp_harness.model.plot import Series
from cgp_harness.probing.text import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from cgp_reference.demos.figure import Style

INK, PAPER = "#1d2126", "#ffffff"
COLOURS = {"student": "#0072b2", "reference": INK, "sgd": "#d55e00", "torch": "#009e73"}
"""Of Okabe and Ito, as the demos'; the reference rule is in the ink of text and axes."""
MOST_LETTERS = 40


def style_of(series: Series) -> Style:
    """Solid for the student's rule; no two roles share a dash or a marker, for print in grey."""
    from cgp_reference.demos.figure import Style

    colour = COLOURS[series.role]
    match series.role:
        case "student":
            return Style(colour, "-", "o")
        case "reference":
            return Style(colour, (0, (1.2, 1)), "s")
        case "sgd":
            return Style(colour, (0, (6, 1.5)), "^")
        case "torch":
            return Style(colour, (0, (4, 1.2, 1, 1.2)), "D")


def line(axes: Axes, series: Series) -> None:
    """Draw a series as a line, a marker at every eighth of it."""
    drawn = key(series)
    drawn.set_data(series.x, floats(series.y))
    drawn.set_markevery(max(1, len(series.x) // 8))
    axes.add_line(drawn)


def key(series: Series) -> Line2D:
    """What stands for a series in the legend.

    The student's line is thick, and lies below: a rule that is right lies on others exactly.
    """
    from matplotlib.lines import Line2D

    style, student = style_of(series), series.role == "student"
    drawn = Line2D(
        [], [], color=style.colour, marker=style.marker,
        linewidth=2.6 if student else 1.3, zorder=2.0 if student else 2.5,
    )
    drawn.set(linestyle=style.dash)
    return drawn


def mark(sign: str, place: tuple[float, float] | None = None, colour: str = INK) -> Line2D:
    """A single sign, on the axes if it has a place; a ring (`o`) is hollow."""
    from matplotlib.lines import Line2D

    x, y = ([place[0]], [place[1]]) if place else ([], [])
    return Line2D(
        x, y, color=colour, marker=sign, markersize=6, linestyle="", zorder=4,
        markerfacecolor=PAPER if sign == "o" else colour,
    )


def floats(values: Sequence[float | None]) -> list[float]:
    """matplotlib leaves a gap where a number is NaN."""
    return [math.nan if value is None else value for value in values]


def label(text: str, most: int = MOST_LETTERS) -> str:
    """A text without what matplotlib takes for markup, or what its font lacks; cut when long."""
    safe = "".join(
        letter if ord(letter) in _letters() else letter.encode("ascii", "backslashreplace").decode()
        for letter in shown(text).replace("\n", " ")
    )
    short = safe if len(safe) <= most else f"{safe[: most - 1]}…"
    return short.replace("$", r"\$")


@functools.cache
def _letters() -> frozenset[int]:
    """What the font has; it takes 1 ms to ask."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())
