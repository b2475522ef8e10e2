"""A plot as SVG, written directly: about 1 ms and 4 kB, where matplotlib takes 40 ms and 25 kB.

Colours and lines are those of `plot.css`, which a page has once for all its figures.
"""

from __future__ import annotations

import importlib.resources
import textwrap
from functools import cache

from cgp_harness.model.plot import Plot
from cgp_harness.reports.figures.canvas import HEIGHT, MARKS, WIDTH, Canvas, cut, safe, text_element
from cgp_harness.reports.figures.kinds import KINDS
from cgp_harness.reports.figures.words import words

ROLES = ("student", "reference", "sgd", "torch")
LEFT, RIGHT = 640, 60
LINE = 145
TITLE_LETTERS, Y_LETTERS = 60, 27
KEY_LETTERS = 26
"""What fits into one of two columns of the legend."""


def svg(plot: Plot) -> str:
    """The figure as an element of a page; of the same plot always the same text."""
    # One order on every figure: the student's first, so that others lie on it and not below.
    series = sorted(plot.series, key=lambda one: ROLES.index(one.role))
    canvas = KINDS[plot.kind](plot, series)
    titles = textwrap.wrap(cut(plot.title, 2 * TITLE_LETTERS), TITLE_LETTERS)
    y_label = textwrap.wrap(cut(plot.y_label, 2 * Y_LETTERS), Y_LETTERS)
    top = 70 + LINE * len(titles)
    columns = 2 if all(len(text) <= KEY_LETTERS for _, text in canvas.keys) else 1
    below = top + HEIGHT + 3 * LINE + 90
    height = below + LINE * -(-len(canvas.keys) // columns)
    return "".join((
        f'<svg class="plot" role="img" aria-label="{safe(words(plot))}" '
        f'viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}">',
        *(text_element(line, 30, 120 + LINE * k, "t") for k, line in enumerate(titles)),
        *(text_element(line, 110 + LINE * k, top + HEIGHT / 2, "m", turned=True)
          for k, line in enumerate(y_label)),
        *_axes(canvas, top),
        text_element(cut(plot.x_label, TITLE_LETTERS), LEFT + WIDTH / 2,
                     top + HEIGHT + 2 * LINE + 45, "m"),
        f'<svg x="{LEFT}" y="{top}" width="{WIDTH}" height="{HEIGHT}">',
        *canvas.inside, "</svg>",
        *(_key(role, text, LEFT + (WIDTH // 2) * (k % columns), below + LINE * (k // columns))
          for k, (role, text) in enumerate(canvas.keys)),
        "</svg>"))


def as_file(element: str) -> str:
    """A figure, as `svg` gives it, as a file of its own."""
    return element.replace(
        ">", f"><style>:root{{{LIGHT}}}{css()}</style>", 1).replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


LIGHT = "--ink:#1d2126;--paper:#fff;--line:#dddfd9;--student:#0072b2;--sgd:#d55e00;--torch:#009e73"
"""Of Okabe and Ito, as the demos'; the reference rule is in the ink of text and axes."""


@cache
def css() -> str:
    """How figures look; the colours are variables of whoever shows them."""
    return importlib.resources.files(__package__).joinpath("plot.css").read_text("utf-8")


def _axes(canvas: Canvas, top: int) -> list[str]:
    """Lines at the numbers of the axis that goes up, the frame, and the numbers."""
    across = [(top + canvas.y(number), text) for number, text in canvas.y_ticks]
    along = [(LEFT + canvas.x(number), text) for number, text in canvas.x_ticks]
    lines = "".join(f"M{LEFT} {y:.0f}h{WIDTH}" for y, _ in across)
    ticks = "".join(f"M{x:.0f} {top + HEIGHT}v35" for x, _ in along)
    return [
        f'<path class="g" d="{lines}"/>' if lines else "",
        f'<path class="a" d="M{LEFT} {top}v{HEIGHT}h{WIDTH}{ticks}"/>',
        *(text_element(text, LEFT - 45, y + 38, "e") for y, text in across),
        *(text_element(text, x, top + HEIGHT + 150, "m") for x, text in along),
    ]


def _key(role: str, text: str, x: int, y: int) -> str:
    """A row of the legend: the line with its mark, and what it is."""
    middle = f"M{x + 170} {y - 38}"
    if role == "mean":
        sign = f'<path class="k torch ink" d="{middle}{MARKS["torch"]}"/>'
    elif role in ROLES:
        sign = (f'<path class="l {role}" d="M{x} {y - 38}h340"/>'
                f'<path class="k {role}" d="{middle}{MARKS[role]}"/>')
    else:
        sign = f'<path class="k {role} ink" d="{middle}{MARKS[role]}"/>'
    return f"{sign}{text_element(text, x + 410, y)}"
