"""What both ways of testing a submission say: wrong use, and points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.probing.text import points


@contextmanager
def explained() -> Iterator[None]:
    """What cannot be used is wrong use of pytest, which ends with code 4.

    Raises:
        UsageError: in the words of what was raised within.
    """
    try:
        yield
    except (HarnessError, MachineError) as error:
        raise pytest.UsageError(str(error)) from error


def counted(submission: str, got: float, most: float) -> list[tuple[str, object]]:
    """What a report of pytest is told of points, and takes into its XML."""
    return [("submission", submission), ("points", got), ("max_points", most)]


def scores(reports: Iterable[list[Any]]) -> Iterator[str]:
    """Points of each submission, of what was run."""
    found: dict[str, list[float]] = {}
    for report in (one for each in reports for one in each):
        told = dict(getattr(report, "user_properties", ()))
        # Of a test whose setup failed this is the report; else each has one of its call.
        if "max_points" in told and (report.when == "call" or report.outcome != "passed"):
            sums = found.setdefault(told["submission"], [0.0, 0.0])
            sums[0] += told["points"]
            sums[1] += told["max_points"]
    for name, (got, most) in found.items():
        yield f"{name}: {points(round(got, 2))} / {points(round(most, 2))} points"
