"""Where each node stands: layers from left to right, in an order with few crossings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from cgp_reference.data import Array
from cgp_reference.drawing.picture import Picture

ROUNDS = 12     # 48 changed the order of none of 100 random graphs of nine nodes
WIDEST = 6.0


def places(picture: Picture, gap: float) -> Array:
    """Centre of each node, `(N, 2)`, in units of the drawing.

    Args:
        picture: what is drawn.
        gap: from a layer to the next, at least.
    """
    layers = ordered(picture)
    most = max(len(layer) for layer in layers)
    # Steep arcs meet their neighbours' nodes, and labels need room between arcs that cross.
    room = (0.5 if any(arc.label for arc in picture.arcs) else 0.4) * most
    across = max(gap, min(room, WIDEST))
    # An arc that skips a layer goes between two of its nodes.
    skips = any(picture.nodes[arc.target].layer - picture.nodes[arc.source].layer > 1
                for arc in picture.arcs)
    row = 1.25 if skips else 1.0
    found = np.empty((len(picture.nodes), 2))
    for column, layer in enumerate(layers):
        # Small layers spread a little, or their arcs would meet the full ones at one steep angle.
        apart = row * (most / len(layer)) ** 0.4
        for i, node in enumerate(layer):
            found[node] = across * column, apart * ((len(layer) - 1) / 2 - i)
    return found


def ordered(picture: Picture) -> list[list[int]]:
    """The layers, each from top to bottom.

    Every node moves to the mean height of its neighbours, layer by layer to the right and back
    (Sugiyama et al., *IEEE Trans. SMC* 11(2), 1981); the order with the fewest crossings is kept.
    """
    layers = picture.layers
    neighbours: list[list[int]] = [[] for _ in picture.nodes]
    for arc in picture.arcs:
        neighbours[arc.source].append(arc.target)
        neighbours[arc.target].append(arc.source)
    best, fewest = layers, crossings(picture, layers)
    for turn in range(ROUNDS):
        heights = _heights(layers)
        layers = list(layers)
        for column in range(len(layers))[:: 1 if turn % 2 else -1]:
            means = {
                node: np.mean([heights[other] for other in neighbours[node] or [node]])
                for node in layers[column]
            }
            # Rounded: what is equal but for rounding keeps its order.
            layers[column] = sorted(layers[column], key=lambda node: -round(means[node], 9))
            heights |= _heights([layers[column]])
        if (count := crossings(picture, layers)) < fewest:
            best, fewest = layers, count
    return best


def crossings(picture: Picture, layers: Sequence[Sequence[int]]) -> int:
    """How many pairs of straight arcs cross, long ones taken for level with their layers."""
    heights = _heights(layers)
    column = {node: x for x, layer in enumerate(layers) for node in layer}
    lines = [
        (column[arc.source], heights[arc.source], column[arc.target], heights[arc.target])
        for arc in picture.arcs
    ]
    return sum(_cross(*pair) for pair in combinations(lines, 2))


Line = tuple[float, float, float, float]


def _cross(one: Line, two: Line) -> bool:
    left, right = max(one[0], two[0]), min(one[2], two[2])
    if left >= right:
        return False
    before, after = (_height(one, x) - _height(two, x) for x in (left, right))
    return before * after < -1e-12


def _height(line: Line, x: float) -> float:
    x0, y0, x1, y1 = line
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def _heights(layers: Sequence[Sequence[int]]) -> dict[int, float]:
    return {
        node: (len(layer) - 1) / 2 - row for layer in layers for row, node in enumerate(layer)
    }
