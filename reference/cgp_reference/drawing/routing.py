"""How far each arc bends, and where its label stands: past nodes, other arcs and other labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cgp_reference.data import Array
from cgp_reference.drawing.picture import Arc

BENDS = (0.0, *(sign * size for size in (0.12, 0.2, 0.28, 0.36, 0.45, 0.55, 0.66, 0.8, 1.0, 1.25)
                for sign in (1, -1)))
"""Candidates, as `rad` of matplotlib's `arc3`: twice the height of the arc over its length."""
T = np.linspace(0.0, 1.0, 33)
ALONG = np.linspace(0.14, 0.86, 49)
"""Where on an arc its label may stand: the share of the way."""
CLEAR = 0.1
"""Between labels, and at least between an arc and a node that is not its own."""
NEAR, PARALLEL = 0.13, 0.95
"""Two arcs that are closer than that, in directions whose cosine is larger, run as one."""
ROUNDS = 3      # each arc and each label is chosen again, knowing the others


@dataclass(frozen=True)
class Box:
    """What must stay free: a rectangle that is in the way of everything but its node's arcs."""

    node: int | None
    centre: tuple[float, float]
    half: tuple[float, float]


def curve(ends: Array, bend: float, t: Array = T) -> Array:
    """Points of an `arc3` arc, `(len(t), 2)`: a quadratic Bézier curve, bent to the right."""
    start, end = ends
    across = end - start
    middle = (start + end) / 2 + bend * np.array([across[1], -across[0]])
    t = t[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end)


def bends(places: Array, arcs: Sequence[Arc], boxes: Sequence[Box]) -> list[float]:
    """The bend of each arc; 0 wherever a straight line meets no node and runs along no other arc.

    A node is met only where every bend meets one: in 1 of 60 random graphs of ten nodes.

    Args:
        places: centres of the nodes, `(N, 2)`.
        arcs: in any order.
        boxes: what arcs keep clear of.
    """
    chosen = [0.0] * len(arcs)
    straight = [curve(places[[arc.source, arc.target]], 0.0) for arc in arcs]
    blocked = [_hits(line, arc, boxes) for line, arc in zip(straight, arcs, strict=True)]
    lines: dict[int, Array] = {}
    # Short ones first: long ones can go around them.
    order = sorted(range(len(arcs)), key=lambda i: (float(np.ptp(straight[i][:, 0])), i))
    for _ in range(ROUNDS):
        before = list(chosen)
        for i in order:
            others = [(arcs[j], line) for j, line in lines.items() if j != i]
            free = not blocked[i] and not any(_shared(arcs[i], straight[i], *o) for o in others)
            chosen[i] = 0.0 if free else _least(straight[i], arcs[i], boxes, others)
            lines[i] = curve(straight[i][[0, -1]], chosen[i])
        if chosen == before:
            break
    return chosen


def _least(
    line: Array, arc: Arc, boxes: Sequence[Box], others: Sequence[tuple[Arc, Array]]
) -> float:
    """The bend that costs least; a tie goes to the smaller one."""
    costs = [
        _cost(curve(line[[0, -1]], bend), bend, arc, boxes, others) for bend in BENDS
    ]
    return BENDS[int(np.argmin(costs))]


def _cost(
    line: Array, bend: float, arc: Arc, boxes: Sequence[Box],
    others: Sequence[tuple[Arc, Array]],
) -> float:
    """A node in the way counts more than a stretch shared, that more than a crossing."""
    shared = sum(_shared(arc, line, *other) for other in others)
    together = sum(_together(line, other) for _, other in others)
    crossed = sum(_crossed(line, other) for _, other in others)
    length = float(np.hypot(*(line[-1] - line[0])))
    # A label on the arc wants twice the room.
    near = _hits(line, arc, boxes, 2 * CLEAR)
    return (1000 * _hits(line, arc, boxes) + 50 * shared + 10 * near + 10 * crossed
            + 2.5 * together + 2.5 * abs(bend) * length)


def _hits(line: Array, arc: Arc, boxes: Sequence[Box], clear: float = CLEAR) -> int:
    """How many boxes of other nodes the line comes too near to."""
    return sum(
        bool(np.any(np.all(np.abs(line - box.centre) < np.add(box.half, clear), axis=1)))
        for box in boxes if box.node not in (arc.source, arc.target)
    )


def _together(line: Array, other: Array) -> float:
    """The length of it, in units, that is near another arc and parallel to it."""
    if _apart(line, other):
        return 0.0
    steps, others = np.diff(line, axis=0), np.diff(other, axis=0)
    lengths = np.hypot(*steps.T)
    sizes = lengths[:, None] * np.hypot(*others.T)
    parallel = np.abs(steps @ others.T) > PARALLEL * sizes
    if not parallel.any():
        return 0.0
    x, y = (line[:-1, None] - other[None, :-1]).transpose(2, 0, 1)
    return float(lengths @ np.any(parallel & (x * x + y * y < NEAR**2), axis=1))


def _shared(arc: Arc, line: Array, other_arc: Arc, other: Array) -> bool:
    """Whether two arcs run as one; those that meet at a node are near each other there anyway."""
    meet = {arc.source, arc.target} & {other_arc.source, other_arc.target}
    far = float(np.hypot(*(line[-1] - line[0])))
    return _together(line, other) > (0.4 * far if meet else 0.25)


def _crossed(line: Array, other: Array) -> int:
    """How often two arcs cross."""
    if _apart(line, other):
        return 0
    # Without the ends: arcs that meet at a node do not cross there.
    line, other = line[1:-1], other[1:-1]
    # Right or left, nothing between: arcs of one form may cross just where both have a point.
    one, two = _side(line, other) > 0, _side(other, line).T > 0
    return int(np.sum((one[:, :-1] != one[:, 1:]) & (two[:-1] != two[1:])))


def _side(line: Array, other: Array) -> Array:
    """Of each piece of `line` (rows), on which side each point of `other` (columns) lies."""
    step = np.diff(line, axis=0)[:, None]
    towards = other[None] - line[:-1, None]
    return np.asarray(step[..., 0] * towards[..., 1] - step[..., 1] * towards[..., 0])


def _apart(line: Array, other: Array) -> bool:
    """Whether their bounding boxes are."""
    return bool(np.any(line.min(axis=0) > other.max(axis=0) + NEAR)
                or np.any(other.min(axis=0) > line.max(axis=0) + NEAR))


def labels(
    places: Array, arcs: Sequence[Arc], bent: Sequence[float], boxes: Sequence[Box],
    sizes: Sequence[tuple[float, float]],
) -> list[tuple[float, float]]:
    """The centre of each arc's label, on the arc.

    Args:
        places: centres of the nodes, `(N, 2)`.
        arcs: those drawn.
        bent: the bend of each.
        boxes: what labels keep clear of, and their own nodes too.
        sizes: width and height of each label; (0, 0) where there is none.
    """
    ends = [places[[arc.source, arc.target]] for arc in arcs]
    lines = [curve(end, bend) for end, bend in zip(ends, bent, strict=True)]
    spots = [curve(end, bend, ALONG) for end, bend in zip(ends, bent, strict=True)]
    taken = _Taken(np.array([box.centre for box in boxes]), np.array([box.half for box in boxes]))
    halves = np.array(sizes).reshape(-1, 2) / 2
    fixed = [taken.cost(spot, half) for spot, half in zip(spots, halves, strict=True)]
    for i, (spot, half) in enumerate(zip(spots, halves, strict=True)):
        fixed[i] += 20 * sum(_covered(spot, half, line) for j, line in enumerate(lines) if j != i)
        fixed[i] += 4 * np.abs(ALONG - 0.5)
    found = np.array([spot[int(np.argmin(cost))] for spot, cost in zip(spots, fixed, strict=True)])
    named = [i for i in range(len(arcs)) if sizes[i][0]]
    for _ in range(ROUNDS):
        for i in named:
            others = [j for j in named if j != i]
            cost = fixed[i] + _Taken(found[others], halves[others]).cost(spots[i], halves[i])
            found[i] = spots[i][int(np.argmin(cost))]
    return [(float(x), float(y)) for x, y in found]


@dataclass(frozen=True)
class _Taken:
    """Rectangles: centres and halves of their sizes, `(K, 2)`."""

    centres: Array
    halves: Array

    def cost(self, spots: Array, half: Array) -> Array:
        """What a label at each spot costs: by how much it reaches into each rectangle."""
        if not len(self.centres):
            return np.zeros(len(spots))
        reach = self.halves + half + CLEAR / 2 - np.abs(spots[:, None] - self.centres)
        return np.asarray(1000 * np.sum(np.maximum(reach.min(axis=2), 0.0), axis=1))


def _covered(spots: Array, half: Array, line: Array) -> Array:
    """Whether a label at each spot would hide a part of another arc."""
    within = np.all(np.abs(spots[:, None] - line[None]) < half, axis=2)
    return np.asarray(within.any(axis=1), np.float64)
