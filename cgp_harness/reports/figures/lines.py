"""The data of an SVG path: whole numbers, relative, and no more points than can be seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
UNSEEN = 4.0
"""Tenths of a pixel that a line may be off; the pale edge of a band may be more."""
UNSEEN_EDGE = 12.0
FAR = 50_000
"""Beyond, a point is somewhere outside; browsers count in single precision."""


def data(points: Sequence[Point], *, edge: bool = False) -> str:
    """The path through some points; that around an area is closed.

    >>> data([(0, 0), (10, 0), (20, 0.2), (30, -40)])
    'M0 0l20 0 10-40'
    """
    whole = [(_whole(x), _whole(y)) for x, y in thinned(points, UNSEEN_EDGE if edge else UNSEEN)]
    if not whole:
        return ""
    (x, y), parts = whole[0], []
    for next_x, next_y in whole[1:]:
        parts.append(f"{next_x - x} {next_y - y}")
        x, y = next_x, next_y
    steps = f"l{' '.join(parts)}".replace(" -", "-") if parts else "h0"
    return f"M{whole[0][0]} {whole[0][1]}{steps}{'z' if edge else ''}"


def thinned(points: Sequence[Point], unseen: float = UNSEEN) -> list[Point]:
    """Without the points that lie on the line through those that stay, as far as can be seen.

    From a point that stays, all directions are kept in which a line passes what was left out.
    """
    if len(points) < 3:
        return list(points)
    kept, last = [points[0]], points[0]
    left: Point | None = None
    right, reach = (0.0, 0.0), 0.0
    for point in points[1:]:
        x, y = point[0] - kept[-1][0], point[1] - kept[-1][1]
        distance = math.hypot(x, y)
        if left is not None and (
            left[0] * y - left[1] * x > 0 or right[0] * y - right[1] * x < 0
            or distance < reach - unseen
        ):
            kept.append(last)
            x, y = point[0] - last[0], point[1] - last[1]
            distance, left, reach = math.hypot(x, y), None, 0.0
        last = point
        if distance <= unseen:
            continue
        reach = max(reach, distance)
        across, along = -y / distance * unseen, x / distance * unseen
        new_left, new_right = (x + across, y + along), (x - across, y - along)
        if left is None:
            left, right = new_left, new_right
        else:
            if left[0] * new_left[1] - left[1] * new_left[0] < 0:
                left = new_left
            if right[0] * new_right[1] - right[1] * new_right[0] > 0:
                right = new_right
    return [*kept, last]


def runs(points: Iterable[tuple[float, float | None]]) -> list[list[Point]]:
    """The points without gaps: a number that is not finite begins a new run."""
    found: list[list[Point]] = [[]]
    for x, y in points:
        if y is not None:
            found[-1].append((x, y))
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def _whole(value: float) -> int:
    return round(min(max(value, -FAR), FAR))
