"""What a figure shows, in words: for those who hear the page instead of seeing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from cgp_harness.model.plot import Plot, Series
from cgp_harness.probing.text import plural, shown


def words(plot: Plot) -> str:
    """One sentence on the whole, then one clause for each series."""
    begin = f"{plot.title}. {OPENINGS[plot.kind]}"
    return shown(f"{begin} {'; '.join(map(CLAUSES[plot.kind], plot.series))}.").replace("\n", " ")


def _loss(series: Series) -> str:
    found = [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]
    if not found:
        return f"{series.label} is never finite"
    (x_first, first), (x_last, last) = found[0], found[-1]
    way = f"{series.label} goes from {first:.3g} at {x_first:g} to {last:.3g} at {x_last:g}"
    return f"{way}, then is not finite" if series.y[-1] is None else way


def _difference(series: Series) -> str:
    found = [value for value in series.y if value is not None]
    if not found:
        return f"{series.label} has no finite difference"
    mean = math.fsum(found) / len(found)
    below = sum(value < 0 for value in found)
    left_out = len(series.y) - len(found)
    end = f", {plural(left_out, 'seed')} not finite" if left_out else ""
    return f"{series.label}: mean {mean:.3g}, below zero on {below} of {len(series.y)} seeds{end}"


def _way(series: Series) -> str:
    found = [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]
    if not found:
        return f"{series.label} is never finite"
    first, last = (f"({x:.3g}, {y:.3g})" for x, y in (found[0], found[-1]))
    return f"{series.label} goes from {first} to {last}"


OPENINGS: Mapping[str, str] = {
    "losses": "Lines against the iteration, on a logarithmic axis:",
    "differences": "Points, one for each seed, about a line at zero:",
    "path": "Paths over two parameters:",
}
CLAUSES: Mapping[str, Callable[[Series], str]] = {
    "losses": _loss, "differences": _difference, "path": _way,
}
