"""Answers to requests with a change made in the source of what is asked. Runs in the worker."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from time import process_time
from typing import Any, Protocol

import numpy as np

from cgp_harness.mutation.mending.repairs import lines
from cgp_harness.registering.contract import Registered
from cgp_harness.sandbox.protocol.changing import CHANGES_MAX, Made, Make, Show, Shown, Tried, Try
from cgp_harness.sandbox.protocol.message_fields import MOST, TEXT_MAX
from cgp_harness.sandbox.worker.answering import Changeable
from cgp_harness.sandbox.worker.candidates import Candidates
from cgp_harness.sandbox.worker.loading.stopping import StoppedError, stopping

WORK = 400_000
"""Nodes of source that are compiled: 0.9 s of CPU time."""
EACH_S, STOPS = 0.2, 2
"""CPU seconds of one, a thousand times what it takes; after so many that took them, no more."""
ALL_S = 5.0
"""CPU seconds of all, some five times what they take: of an answer that is slow fewer are tried."""
Within = Callable[[float], object]
"""See `stopping`."""


class Kinds(Protocol):
    """What a worker knows of its kinds."""

    def decoded(self, request: bytes) -> Any:
        """A request of one of them."""
        ...

    def answered(self, request: Any, payload: bytearray) -> tuple[Any, bytes | memoryview]:
        """Its answer."""
        ...

    def changeable(self, kind: str, target: Any) -> Changeable:
        """What of a registered thing may be changed."""
        ...


@dataclass
class _Thing:
    """One registered thing; `stops`: how many of its changes took too long; `left_s`: CPU time."""

    candidates: Candidates
    with_given: Any
    left_s: float
    stops: int = 0


class Changing:
    """The changes of one worker's things, and which is in place.

    Args:
        kinds: answers a request.
        targets: what is registered, by kind and name.
    """

    def __init__(self, kinds: Kinds, targets: Mapping[str, dict[str, Registered]]) -> None:
        self._kinds, self._targets = kinds, targets
        self._folder = os.getcwd()
        self._known: dict[tuple[str, str], _Thing] = {}
        self._made, self._end = 0, ExitStack()

    def answer(self, request: Try | Make | Show, payload: bytearray) -> tuple[Any, bytes]:
        """What such a request asks for; raises if there is no such change, or it is no program."""
        thing = self._of(request.kind, request.name)
        if isinstance(request, Try):
            return self._tried(thing, request, payload)
        if isinstance(request, Show):
            return shown(thing.candidates, request.change, self._folder), b""
        before, self._made = self._made, 0
        self._end.close()
        self._end.enter_context(self._in_place(request, thing, request.change))
        self._made = request.change
        return Made(before), b""

    def _of(self, kind: str, name: str) -> _Thing:
        if (kind, name) not in self._known:
            what = self._kinds.changeable(kind, self._targets[kind][name].target)
            self._known[kind, name] = _Thing(
                Candidates(what, self._folder, work=WORK), what.with_given, ALL_S)
        return self._known[kind, name]

    @contextmanager
    def _in_place(self, request: Try | Make, thing: _Thing, number: int) -> Iterator[None]:
        of_kind = self._targets[request.kind]
        own = of_kind[request.name]
        with thing.candidates.in_place(number):
            if number and thing.candidates.given:
                of_kind[request.name] = replace(own, target=thing.with_given)
            try:
                yield
            finally:
                of_kind[request.name] = own

    def _tried(
        self, thing: _Thing, request: Try, payload: bytearray
    ) -> tuple[Tried, bytes]:
        candidates, until_s = thing.candidates, process_time() + thing.left_s
        count, found = len(candidates.changes), np.full((request.count, request.size), np.nan)
        asked = self._kinds.decoded(bytes(request.request))
        with (redirect_stdout(Nowhere()), redirect_stderr(Nowhere()), warnings.catch_warnings(),
              stopping() as within):
            warnings.simplefilter("ignore")

            def run() -> bytes | memoryview:
                return self._kinds.answered(asked, bytearray(payload))[1]

            called = self._called(thing, within, run) if request.count > 1 else None
            for number, row in enumerate(found, start=request.first):
                if number <= count and thing.stops < STOPS and process_time() < until_s and (
                        called is None or candidates.is_in(number, called)):
                    with self._counted(thing, within), self._in_place(request, thing, number):
                        values = run()
                        if len(values) == row.nbytes:
                            row[:] = np.frombuffer(values, np.float64)
        thing.left_s = until_s - process_time()
        return Tried(min(count, CHANGES_MAX)), found.tobytes()

    def _called(
        self, thing: _Thing, within: Within, run: Callable[[], object]
    ) -> frozenset[int] | None:
        """What a run calls; None if it raises."""
        with self._counted(thing, within):
            return thing.candidates.called_by(run)
        return None

    @contextmanager
    def _counted(self, thing: _Thing, within: Within) -> Iterator[None]:
        """Stop what takes too long, and pass over what raises: it may make no program."""
        try:
            within(EACH_S)
            try:
                yield
            finally:
                within(0)
        except StoppedError:
            thing.stops += 1
        except BaseException:  # anything at all
            return


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


class Nowhere(io.TextIOBase):
    """What a changed answer prints is nobody's."""

    def write(self, text: str) -> int:
        """Nothing is kept."""
        return len(text)

