"""What tests are worth: `@pytest.mark.points(3)`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cgp_harness.errors import HarnessError

MARK = "points"
DECLARED = "points(number): what the test is worth, its cases all together; 1 without it"
USUAL = 1.0


def shares(items: Sequence[Any]) -> Mapping[Any, float]:
    """What each of pytest's items is worth: the cases of a parametrized test share its points.

    A case whose own `pytest.param(..., marks=pytest.mark.points(2))` says it is worth that.

    Raises:
        HarnessError: a mark does not say a number.
    """
    alike = Counter(_function(item) for item in items if not _own(item))
    return {
        item: points_of(item) / (1 if _own(item) else alike[_function(item)]) for item in items}


def points_of(item: Any) -> float:
    """What the mark nearest to a test says.

    Raises:
        HarnessError: it does not say a number.
    """
    mark = item.get_closest_marker(MARK)
    if mark is None:
        return USUAL
    said = mark.args[0] if len(mark.args) == 1 and not mark.kwargs else None
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < float("inf"):
        written = ", ".join(
            [*map(repr, mark.args), *(f"{name}={one!r}" for name, one in mark.kwargs.items())])
        raise HarnessError(
            f"@pytest.mark.points({written}) says no number of points", where=item.nodeid,
            expected="a number from 0 on: @pytest.mark.points(3)")
    return float(said)


def _function(item: Any) -> tuple[Any, str]:
    return item.parent, getattr(item, "originalname", item.name)


def _own(item: Any) -> bool:
    marks = getattr(getattr(item, "callspec", None), "marks", ())
    return any(mark.name == MARK for mark in marks)
