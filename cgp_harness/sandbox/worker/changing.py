"""Answers to requests with a change made in the source of what is asked. Runs in the worker."""

from __future__ import annotations

import inspect
import io
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

from cgp_harness.mutation.mending.repairs import lines
from cgp_harness.registering.contract import Registered
from cgp_harness.sandbox.protocol.changing import CHANGES_MAX, Made, Make, Show, Shown, Tried, Try
from cgp_harness.sandbox.protocol.message_fields import MOST, TEXT_MAX
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.candidates import Candidates
from cgp_harness.sandbox.worker.loading.stopping import StoppedError

WORK = 400_000
"""Nodes of source that are compiled: 0.9 s of CPU time."""
EACH_S, STOPS = 0.2, 2
"""CPU seconds of one, a thousand times what it takes; after so many that took them, no more."""
Answer = Callable[[bytes, bytearray], tuple[Any, bytes]]
"""A request of a kind and its payload -> the answer's."""


class Changing:
    """The changes of one worker's things, and which is in place.

    Args:
        answer: answers a request of a kind.
        targets: what is registered, by kind and name.
    """

    def __init__(
        self, answer: Answer, targets: Mapping[str, Mapping[str, Registered]]
    ) -> None:
        self._answer, self._targets = answer, targets
        self._folder = os.getcwd()
        self._known: dict[tuple[str, str], Candidates] = {}
        self._made, self._stops = 0, 0
        self._end: Callable[[], object] = _nothing

    def answer(self, request: Try | Make | Show, payload: bytearray) -> tuple[Any, bytes]:
        """What such a request asks for; raises if there is no such change, or it is no program."""
        changes = self._of(request.kind, request.name)
        if isinstance(request, Try):
            return self._tried(changes, request, payload)
        if isinstance(request, Show):
            return shown(changes, request.change, self._folder), b""
        before, self._made = self._made, 0
        self._end()
        self._end = _nothing
        if request.change:
            placed = changes.in_place(request.change)
            placed.__enter__()
            self._made, self._end = request.change, partial(placed.__exit__, None, None, None)
        return Made(before), b""

    def _of(self, kind: str, name: str) -> Candidates:
        if (kind, name) not in self._known:
            target = self._targets[kind][name].target
            self._known[kind, name] = Candidates(
                list(functions_of(target, self._folder)), self._folder, (), {}, work=WORK)
        return self._known[kind, name]

    def _tried(
        self, changes: Candidates, request: Try, payload: bytearray
    ) -> tuple[Tried, bytes]:
        count, found = len(changes.changes), np.full((request.count, request.size), np.nan)
        with redirect_stdout(Nowhere()), redirect_stderr(Nowhere()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, row in enumerate(found, start=request.first):
                if number <= count and self._stops < STOPS:
                    self._one(changes, number, request, payload, row)
        return Tried(min(count, CHANGES_MAX)), found.tobytes()

    def _one(
        self, changes: Candidates, number: int, request: Try, payload: bytearray, row: Floats
    ) -> None:
        try:
            with changes.in_place(number), stopped_after(EACH_S):
                _, values = self._answer(bytes(request.request), bytearray(payload))
            if len(values) == row.nbytes:
                row[:] = np.frombuffer(values, np.float64)
        except StoppedError:
            self._stops += 1
        except BaseException:  # a change may make no program, or one that raises anything
            return


def functions_of(target: Any, folder: str) -> Iterator[FunctionType]:
    """A function, or the methods of a class that the submission defines: forward comes first."""
    found = {"": target}
    if isinstance(target, type):
        found = {
            name: getattr(one, "__func__", one) for base in reversed(target.__mro__)
            for name, one in vars(base).items() if not name.startswith("__")}
    for name in sorted(found, key=lambda one: one not in ("forward", "step")):
        one = inspect.unwrap(found[name]) if callable(found[name]) else None
        if type(one) is FunctionType and one.__code__.co_filename.startswith(folder + os.sep):
            yield one


def shown(changes: Candidates, number: int, folder: str) -> Shown:
    """What a change is; raises if there is none of that number."""
    change = changes.changes[number - 1]
    if change is None:
        raise IndexError("the first is no change")
    file = os.path.relpath(changes.file(number), folder)
    before, after = changes.codes(number)
    return Shown(
        change.said.general, file[:TEXT_MAX], lines(change)[:MOST], before[:TEXT_MAX],
        after[:TEXT_MAX])


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Stop what takes longer, in seconds of CPU time.

    Raises:
        StoppedError: it was stopped.
    """
    def stop(*_: object) -> None:
        raise StoppedError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Nowhere(io.TextIOBase):
    """What a changed answer prints is nobody's."""

    def write(self, text: str) -> int:
        """Nothing is kept."""
        return len(text)


def _nothing() -> None:
    return None
