"""The one look of all figures: colours, line styles, sizes; and how a figure is written.

matplotlib is imported inside the functions, and pyplot nowhere. Colours are those of Okabe and Ito,
"Color Universal Design", 2008, which all kinds of colour vision tell apart; no two rules share a
line style and a marker, for print in grey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_reference.demos.descent import LABELS, Descent, Floats

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure

Dash = str | tuple[int, tuple[float, ...]]

DPI = 150
SALT = "cgp"
"""Seeds the ids inside an SVG, which are random otherwise."""
LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",        # comes with matplotlib: the same text everywhere
    "font.size": 9, "axes.titlesize": 9.5, "figure.titlesize": 11.5, "legend.fontsize": 9,
    "figure.dpi": DPI, "savefig.dpi": DPI, "lines.linewidth": 1.5, "lines.markersize": 4,
    "axes.spines.top": False, "axes.spines.right": False,
    "svg.hashsalt": SALT,
}


SURFACE = ("#FFFFFF", "#C9CDD2", "#8D949C")
"""Colours of every loss surface, from its lowest point to its highest: light where paths end, and
without a colour of a rule."""


@dataclass(frozen=True)
class Style:
    """How one rule is drawn, on every figure."""

    colour: str
    dash: Dash
    marker: str


STYLES: Mapping[str, Style] = {
    "GD": Style("#000000", "-", "s"),
    "SGD": Style("#D55E00", "-", "o"),
    "SGD+": Style("#0072B2", (0, (6, 1.5)), "^"),
    "AdaGrad": Style("#009E73", (0, (4, 1.2, 1, 1.2)), "D"),
    "RMSProp": Style("#CC79A7", (0, (2.5, 1)), "v"),
    "Adam": Style("#E69F00", (0, (1.2, 1)), "P"),
    "Gauss-Newton": Style("#56B4E9", (0, (6, 1.5)), "X"),
    # Okabe and Ito's other colours are those of the rules that may be beside it.
    "Levenberg-Marquardt": Style("#882255", (0, (1.2, 1)), "p"),
    # What must be the same numbers: one is a line, the other marks upon it.
    "engine 4-1": Style("#0072B2", "-", ""),
    "OneNeuronNet": Style("#56B4E9", "", "o"),
    "engine 4-2-1": Style("#D55E00", (0, (6, 1.5)), ""),
    "SigmoidNet": Style("#E69F00", "", "s"),
    "MultiNeuronNet": Style("#009E73", (0, (4, 1.2, 1, 1.2)), "D"),
    # One rule, SGD, at several rates.
    "rate 1e-6": Style("#0072B2", "-", "o"),
    "rate 1e-3": Style("#009E73", (0, (4, 1.2, 1, 1.2)), "D"),
    "rate 5e-2": Style("#D55E00", (0, (6, 1.5)), "^"),
    "decreasing": Style("#CC79A7", (0, (2.5, 1)), "v"),
    # One rule on graphs that are made once, or for each sequence.
    "a graph for each": Style("#0072B2", "-", "o"),
    "kept by length": Style("#E69F00", "", "s"),
    "one graph, padded": Style("#D55E00", (0, (6, 1.5)), "^"),
    # One rule, SGD, on networks with a quantizer or without.
    "straight": Style("#0072B2", "-", "o"),
    "input quantized": Style("#D55E00", (0, (6, 1.5)), "^"),
    "hidden quantized": Style("#009E73", (0, (4, 1.2, 1, 1.2)), "D"),
    "hidden, no feedback": Style("#CC79A7", (0, (2.5, 1)), "v"),
}
PLUGIN = tuple(
    Style("#56565A", dash, marker)
    for dash, marker in (
        ((0, (3, 2)), "x"), ((0, (1, 1.5)), "+"), ((0, (7, 2)), "1"), ((0, (5, 2, 1, 2)), "2"),
        ((0, (3, 1, 1, 1, 1, 1)), "3"), ("-", "4"),
    )
)
"""Of a student's rules one after the other, all in one grey; after six, from the first again."""


def style_of(descent: Descent, descents: Sequence[Descent]) -> Style:
    """How to draw one of these descents.

    A reference rule has a style of its own. A student's rule of that name has the same, unless the
    reference rule is there too; then, and under any other name, it is grey, and dashed by its place
    among the student's rules.
    """
    if not descent.method.plugin:
        return STYLES[descent.method.label]
    there = {other.method.rule for other in descents if not other.method.plugin}
    if descent.method.rule in set(LABELS) - there:
        return STYLES[LABELS[descent.method.rule]]
    students = [other for other in descents if other.method.plugin]
    return PLUGIN[students.index(descent) % len(PLUGIN)]


def label_of(descent: Descent, *, rate: bool = True) -> str:
    """A label without what matplotlib would read as markup, or what its font does not have."""
    plain = descent.method.label.encode("ascii", "backslashreplace").decode()
    if len(plain) > 30:
        plain = plain[:29] + "…"
    given = descent.method.learning_rate
    with_rate = f"{plain}, lr {given:g}" if rate and given is not None else plain
    return with_rate.replace("$", r"\$")


@contextmanager
def look() -> Iterator[None]:
    """matplotlib's settings as they come, then ours; the caller's own are back afterwards."""
    import matplotlib

    with matplotlib.rc_context():
        # A matplotlibrc in the reader's home would change the figure.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(LOOK)
        yield


def blank() -> Figure:
    """An empty figure that belongs to no window."""
    from matplotlib.figure import Figure

    return Figure()


def trace(axes: Axes, descent: Descent, style: Style) -> None:
    """The path of a descent over two parameters, a mark at every tenth of it and at its end."""
    p1, p2 = descent.points.T
    marks = [*range(0, len(p1) - 1, max(1, len(p1) // 10)), len(p1) - 1]
    axes.plot(
        p1, p2, color=style.colour, linestyle=style.dash, marker=style.marker, markevery=marks,
        label=label_of(descent),
    )


def curve(axes: Axes, descent: Descent, style: Style) -> None:
    """The loss after each step, a mark at every tenth."""
    axes.plot(
        descent.losses, color=style.colour, linestyle=style.dash, marker=style.marker,
        markevery=max(1, len(descent.losses) // 10), label=label_of(descent),
    )


def with_ends(axes: Axes) -> tuple[list[Artist], list[str]]:
    """What a legend shows: every curve of the axes, and the marks of the start and the minimum."""
    from matplotlib.lines import Line2D

    handles, labels = axes.get_legend_handles_labels()
    start = Line2D([], [], color="black", marker="o", markerfacecolor="white", linestyle="")
    minimum = Line2D([], [], color="black", marker="*", markersize=9, linestyle="")
    return [*handles, start, minimum], [*labels, "start", "minimum"]


def surface_colours() -> Colormap:
    """The scale of `SURFACE`."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("surface", SURFACE)


def filled(
    axes: Axes, reach: tuple[tuple[float, float], tuple[float, float]],
    loss: Callable[[Floats], Floats], levels: Sequence[float], **further: Any,
) -> QuadContourSet:
    """A loss over two parameters, seen from above.

    Args:
        axes: what it fills.
        reach: smallest and largest p1, then p2.
        loss: parameters (2, ...) -> (...).
        levels: where one colour ends and the next begins.
        further: as `contourf` takes them.
    """
    p1, p2 = np.meshgrid(*(np.linspace(*each, 80) for each in reach))
    heights = loss(np.array([p1, p2]))
    drawn = axes.contourf(p1, p2, heights, levels, cmap=surface_colours(), **further)
    axes.contour(p1, p2, heights, levels, colors="#6B727A", linewidths=0.4)
    axes.set(xlim=reach[0], ylim=reach[1], xlabel="parameter p1", ylabel="parameter p2")
    return drawn


def ends(axes: Axes, start: Floats, minimum: Floats) -> None:
    """Mark where every path begins, and where the loss is least."""
    axes.plot(*start, "o", color="black", markerfacecolor="white", markersize=7)
    axes.plot(*minimum, "*", color="black", markersize=10)


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write NAME.png and NAME.svg into a folder that exists; the same figure, the same bytes.

    Call it within `look()`, as the drawing.
    """
    files = [folder / f"{name}.png", folder / f"{name}.svg"]
    figure.savefig(files[0], dpi=DPI)
    figure.savefig(files[1], metadata={"Date": None})
    return files
