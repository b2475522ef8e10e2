"""Points: arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness.model import CheckResult
from cgp_harness.probing.text import half_up


def points(fraction: float, max_points: float) -> float:
    """What a share of a check's points is worth, to the hundredth, a half up."""
    return half_up(fraction * max_points, 2)


def total(checks: Sequence[CheckResult], max_score: float) -> tuple[float, float]:
    """Score, and the percentage that it is of `max_score` (0 if nothing counts)."""
    score = half_up(sum(check.score for check in checks), 2)
    return score, half_up(100 * score / max_score, 2) if max_score else 0.0
