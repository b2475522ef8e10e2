"""How scores are spread: quartiles, and a figure of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from markupsafe import Markup

from cgp_harness.probing.text import percentage, plural

BINS = 20
STEP, HIGH = 30, 120
"""Pixels of a bar, and of the highest one."""


@dataclass(frozen=True)
class Spread:
    """Of percentages: how many, their mean, median and quartiles."""

    count: int
    mean: float
    low: float
    median: float
    high: float


def spread(percents: Sequence[float]) -> Spread | None:
    """None of no numbers. Quartiles are those of the numbers as a whole class (`inclusive`).

    >>> spread([0.0, 50.0, 100.0])
    Spread(count=3, mean=50.0, low=25.0, median=50.0, high=75.0)
    """
    if not percents:
        return None
    low, median, high = (
        quantiles(percents, n=4, method="inclusive") if len(percents) > 1 else [*percents] * 3)
    return Spread(len(percents), sum(percents) / len(percents), low, median, high)


def figure(percents: Sequence[float], found: Spread) -> Markup:
    """Bars of five percent each, below them the median in the box of the two middle quarters."""
    bins = Counter(min(int(one // (100 / BINS)), BINS - 1) for one in percents)
    most, width = max(bins.values()), STEP * BINS
    bars = "".join(
        f'<rect x="{STEP * k + 2}" y="{HIGH + 20 - high}" width="{STEP - 4}" height="{high}"/>'
        f'<text x="{STEP * k + STEP // 2}" y="{HIGH + 14 - high}">{count}</text>'
        for k, count in sorted(bins.items()) for high in [max(2, round(HIGH * count / most))])
    numbers = "".join(
        f'<text x="{width * tenth // 10}" y="{HIGH + 38}">{10 * tenth}</text>'
        for tenth in range(0, 11, 2))
    low, median, high = (width * one / 100 for one in (found.low, found.median, found.high))
    said = (
        f"Scores of {plural(found.count, 'submission')}: median {percentage(found.median)} %, "
        f"middle half from {percentage(found.low)} to {percentage(found.high)} %")
    return Markup(
        f'<svg class="spread" role="img" aria-label="{said}" '
        f'viewBox="-16 -4 {width + 32} {HIGH + 66}">{bars}'
        f'<path d="M0 {HIGH + 20}h{width}"/>{numbers}'
        f'<path class="box" d="M0 {HIGH + 54}h{width}"/>'
        f'<rect class="box" x="{low:.0f}" y="{HIGH + 48}" '
        f'width="{max(2, high - low):.0f}" height="12"/>'
        f'<path class="median" d="M{median:.0f} {HIGH + 44}v20"/></svg>')
