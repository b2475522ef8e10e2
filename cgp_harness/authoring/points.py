"""Points: whole numbers in given proportions."""

from __future__ import annotations

from collections.abc import Sequence


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that sum to `total`, each as near to its share as can be.

    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    """
    shares = [total * weight / sum(weights) for weight in weights]
    points = [int(share) for share in shares]
    largest = sorted(range(len(shares)), key=lambda index: points[index] - shares[index])
    for index in largest[:total - sum(points)]:
        points[index] += 1
    return points
