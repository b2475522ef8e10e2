"""The drawing itself: shapes, arrows and texts on a matplotlib figure.

Inputs are squares, inner nodes circles, outputs double circles; so colour tells nothing that a
print in grey would lose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_reference.data import Array
from cgp_reference.drawing.layout import places
from cgp_reference.drawing.picture import Kind, Node, Picture
from cgp_reference.drawing.routing import CLEAR, Box, bends, curve, labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

RADIUS = 0.31
SMALL = 0.21
"""Of an operator."""
SIZE = 0.2
"""Of the letters in nodes, from the baseline of a line to that of the next; in units."""
LABEL = 0.165
NOTE = 0.15
MARGIN = 0.25
INCHES = 0.95
"""A unit on a figure of its own."""
FILLS: Mapping[Kind, str] = {
    "input": "#CBE6F7", "inner": "#FFFFFF", "output": "#FBE0B0", "operator": "#FFFFFF",
    "name": "#EDEDED",
}
INK = "#222222"
ARC = "#5A5A5A"
FONT = "DejaVu Sans"     # comes with matplotlib: the same widths everywhere


def draw(figure: Figure, picture: Picture) -> None:
    """Draw on a whole figure, which gets the size that fits."""
    arranged = _arranged(picture)
    width, height = arranged.high - arranged.low
    figure.set_size_inches(INCHES * width, INCHES * height)
    _draw(figure.add_axes((0.0, 0.0, 1.0, 1.0)), arranged)


def draw_on(axes: Axes, picture: Picture) -> None:
    """Draw on axes whose place in the figure is settled: letters are made as large as fits.

    Args:
        axes: empty, not in a layout that moves them afterwards.
        picture: what is drawn.
    """
    _draw(axes, _arranged(picture))


@dataclass(frozen=True)
class _Arranged:
    """A picture with its geometry; `low` and `high` are the corners of what it needs."""

    picture: Picture
    places: Array
    bends: list[float]
    labels: list[tuple[float, float]]
    low: Array
    high: Array


def _arranged(picture: Picture) -> _Arranged:
    sizes = [_size(arc.label, LABEL) for arc in picture.arcs]
    widest = max((width for width, _ in sizes), default=0.0)
    centres = places(picture, 2 * RADIUS + 0.7 + 1.3 * widest)
    boxes = [box for i, node in enumerate(picture.nodes) for box in _boxes(i, node, centres[i])]
    bent = bends(centres, picture.arcs, boxes)
    written = labels(centres, picture.arcs, bent, boxes, sizes)
    corners = [np.add(box.centre, sign * np.array(box.half)) for box in boxes for sign in (1, -1)]
    curves = [curve(centres[[arc.source, arc.target]], bend)
              for arc, bend in zip(picture.arcs, bent, strict=True)]
    texts = [np.add(at, np.multiply(sign, size) / 2)
             for at, size in zip(written, sizes, strict=True) for sign in (1, -1)]
    everything = np.vstack([*corners, *curves, *texts])
    return _Arranged(picture, centres, bent, written,
                     everything.min(axis=0) - MARGIN, everything.max(axis=0) + MARGIN)


def _boxes(number: int, node: Node, at: Array) -> list[Box]:
    """What a node and its note take up."""
    x, y = (float(z) for z in at)
    wide, high = _half(node)
    found = [Box(number, (x, y), (wide, high))]
    if node.note:
        width, height = _size(node.note, NOTE)
        found.append(Box(None, (x, y - high - 0.04 - height / 2), (width / 2, height / 2)))
    return found


def _half(node: Node) -> tuple[float, float]:
    """Half the width and half the height of a node."""
    if node.kind == "operator":
        # A call such as sigmoid has a name, not a symbol.
        return (max(SMALL, _size(node.label, LABEL)[0] / 2 + 0.06), SMALL)
    if node.kind == "name":
        return (max(SMALL, _size(node.label, SIZE)[0] / 2 + 0.08), SMALL)
    return (RADIUS, RADIUS)


def _draw(axes: Axes, arranged: _Arranged) -> None:
    axes.set_axis_off()
    axes.set(xlim=(arranged.low[0], arranged.high[0]), ylim=(arranged.low[1], arranged.high[1]),
             aspect="equal")
    unit = _points(axes, arranged)
    nodes = arranged.picture.nodes
    patches = [_shape(node, at) for node, at in zip(nodes, arranged.places, strict=True)]
    for patch in patches:
        axes.add_patch(patch)
    _arcs(axes, arranged, patches, unit)
    for node, (x, y) in zip(nodes, arranged.places, strict=True):
        size = LABEL if node.kind == "operator" and len(node.label) > 1 else SIZE
        # A name of more than three letters or so is written smaller.
        fitting = min(1.0, 2 * (_half(node)[0] - 0.05) / max(_size(node.label, size)[0], 1e-9))
        _text(axes, (x, y), node.label, size * fitting * unit, zorder=4)
        if node.note:
            below = y - _half(node)[1] - 0.04 - _size(node.note, NOTE)[1] / 2
            _text(axes, (x, below), node.note, NOTE * unit, zorder=4)


def _points(axes: Axes, arranged: _Arranged) -> float:
    """How many points a unit has: what the axes' place in the figure leaves."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    share = axes.get_window_extent()
    room = np.array([share.width, share.height]) / figure.dpi * 72
    return float(np.min(room / (arranged.high - arranged.low)))


def _shape(node: Node, at: Array) -> Patch:
    """The outline of a node."""
    from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

    x, y = (float(z) for z in at)
    wide, high = _half(node)
    style: dict[str, Any] = {"facecolor": FILLS[node.kind], "edgecolor": INK, "linewidth": 1.0,
                             "zorder": 3.0}
    if node.kind in ("input", "name"):
        return Rectangle((x - wide, y - high), 2 * wide, 2 * high, **style)
    if node.kind == "operator" and wide > SMALL:
        return FancyBboxPatch((x - wide, y - high), 2 * wide, 2 * high,
                              boxstyle=f"round,pad=0,rounding_size={high}", **style)
    return Circle((x, y), wide, **style)


def _arcs(axes: Axes, arranged: _Arranged, patches: list[Patch], unit: float) -> None:
    from matplotlib.patches import Circle, FancyArrowPatch

    for arc, bend, at in zip(
        arranged.picture.arcs, arranged.bends, arranged.labels, strict=True
    ):
        ends = arranged.places[[arc.source, arc.target]]
        axes.add_patch(FancyArrowPatch(
            *ends, connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", shrinkA=0, shrinkB=0,
            patchA=patches[arc.source], patchB=patches[arc.target], mutation_scale=0.17 * unit,
            color=ARC, linewidth=1.1, zorder=1,
        ))
        if arc.label:
            _text(axes, at, arc.label, LABEL * unit, zorder=2, on_arc=True)
    for node, (x, y) in zip(arranged.picture.nodes, arranged.places, strict=True):
        if node.kind == "output":
            axes.add_patch(Circle((x, y), RADIUS - 0.05, fill=False, edgecolor=INK,
                                  linewidth=0.8, zorder=3.5))


def _text(
    axes: Axes, at: tuple[float, float], text: str, size: float, *, zorder: float,
    on_arc: bool = False,
) -> None:
    box = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    axes.text(*at, text, fontsize=size, fontfamily=FONT, color=INK, ha="center",
              va="center_baseline" if on_arc else "center", parse_math=False, zorder=zorder,
              bbox=box if on_arc else None)


@cache
def _size(text: str, size: float) -> tuple[float, float]:
    """Width and height of a text of that size, in the same units, with the white around it."""
    if not text:
        return (0.0, 0.0)
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    path = TextPath((0, 0), text, size=size, prop=FontProperties(family=FONT), usetex=False)
    return (float(path.get_extents().width) + CLEAR / 2, 1.3 * size)
