"""Plots of stored reports, read when they are looked at.

They are nine tenths of a report, 0.5 MB of a student: a class of 5,000 would not fit into memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, cast, overload

from cgp_harness.model import SubmissionReport
from cgp_harness.model.plot import Plot

if TYPE_CHECKING:
    from cgp_harness.store import Store


class KeptPlots(Sequence[Plot]):
    """Those of one check; what is read last is kept.

    Args:
        store: the file.
        key: of the report.
        check: its number in the report.
        count: how many there are.
    """

    __slots__ = ("_check", "_count", "_key", "_store")

    def __init__(self, store: Path, key: str, check: int, count: int) -> None:
        self._store, self._key, self._check, self._count = store, key, check, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Plot: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Plot]: ...

    def __getitem__(self, index: int | slice) -> Plot | Sequence[Plot]:
        return _plots(self._store, self._key)[self._check][index]


def left_there(report: SubmissionReport, store: Store, key: str) -> SubmissionReport:
    """A report that is stored under a key: its plots are read when they are looked at.

    What each student's has in common with all others' is in memory once.
    """
    return replace(report, checks=tuple(
        replace(
            check, id=intern(check.id), task=intern(check.task), kind=intern(check.kind),
            title=intern(check.title), equation=intern(check.equation),
            plots=cast("tuple[Plot, ...]", KeptPlots(store.path, key, i, len(check.plots)))
            if check.plots else ())
        for i, check in enumerate(report.checks)))


@lru_cache(1)
def _plots(store: Path, key: str) -> tuple[tuple[Plot, ...], ...]:
    from cgp_harness.store import Store

    with Store(store, create=False) as opened:
        report = opened.result(key)
    return tuple(check.plots for check in report.checks) if report else ()
