"""Stop what computes on and on while a file of a submission is loaded. Runs in the worker.

    allowance = Allowance(20.0, give_up)
    with allowance.of(code):           # half of what is left of the 20 s, then StoppedError
        exec(code, names)

A training at the end of a file may take an hour at home; the rules above it and below it count.
A loop that catches everything is stopped again and again, and in the end given up. What never
comes back to Python is stopped from outside, by the deadline of the answer.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import CodeType, FrameType

AGAIN, TIMES = 1 / 80, 20
"""Of a file's time, until it is stopped once more if it goes on; how often, till it is given up."""
LEAST = 1 / 40
"""Of a file's time: after five or six statements each of which took half of what was left."""
RESERVE = 1 / 8
"""Of a file's time, beyond it: for the definitions that are run once it is used up. Collecting
garbage or a busy machine takes some milliseconds wherever it likes, and is no mistake of theirs."""
SHORTEST_S = 0.001


class NotRunError(BaseException):
    """A statement that did not come to its end, since it cannot here. No `Exception`."""

    what = fix = ""


class StoppedError(NotRunError):
    """It has computed for long enough."""

    what = "it computed for too long and was stopped"


class LeftOutError(NotRunError):
    """It ended an earlier worker, or was stopped there."""

    what = "it is left out"


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Stop what takes longer, in seconds of CPU time.

    Raises:
        StoppedError: it was stopped.
    """
    with stopping() as within:
        within(seconds)
        try:
            yield
        finally:
            within(0)


@contextmanager
def stopping() -> Iterator[Callable[[float], object]]:
    """To stop one thing after another: give it the CPU seconds that each may take; 0: no limit.

    What comes between them costs a microsecond instead of 30: there may be thousands.
    """
    def stop(*_: object) -> None:
        raise StoppedError

    before = signal.signal(signal.SIGPROF, stop)
    try:
        yield partial(signal.setitimer, signal.ITIMER_PROF)
    finally:
        signal.signal(signal.SIGPROF, before)


class Allowance:
    """The CPU time that one file may take, half of what is left in one go.

    Args:
        within_s: all of it; 0 if there is no limit.
        give_up: what to do with a frame that has been stopped too often; must not return.
    """

    def __init__(self, within_s: float, give_up: Callable[[FrameType], None]) -> None:
        self._within_s = within_s
        self._until_s = time.process_time() + within_s
        self._limited = within_s > 0 and hasattr(signal, "setitimer")
        self._give_up, self._times = give_up, 0
        self._codes: list[CodeType] = []
        self._due_s = 0.0

    @contextmanager
    def of(self, code: CodeType) -> Iterator[None]:
        """While this code runs, or code that it imports."""
        self._codes.append(code)
        try:
            if len(self._codes) == 1:
                self.begin()
            yield
        finally:
            self._codes.pop()
            if not self._codes and self._limited:
                signal.setitimer(signal.ITIMER_PROF, 0)

    @property
    def used_up(self) -> bool:
        """Whether so little is left that nothing more can be tried."""
        return self._limited and self._left_s < LEAST * self._within_s

    @property
    def over(self) -> bool:
        """Whether nothing is left at all."""
        return self._limited and self._left_s <= 0

    @property
    def _left_s(self) -> float:
        return self._until_s - time.process_time()

    def begin(self) -> None:
        """From now on half of what is left, if anything runs."""
        if self._limited and self._codes:
            self._times = 0
            signal.signal(signal.SIGPROF, self._overdue)
            reserve_s = RESERVE * self._within_s if self.used_up else 0.0
            half_s = max((self._left_s + reserve_s) / 2, SHORTEST_S)
            self._due_s = time.process_time() + half_s
            signal.setitimer(signal.ITIMER_PROF, half_s, AGAIN * self._within_s)

    def _overdue(self, number: int, frame: FrameType | None) -> None:
        if time.process_time() < self._due_s:  # the timer counts the kernel's ticks
            return
        one = frame
        while one is not None and one.f_code not in self._codes:
            one = one.f_back
        if one is None:  # not of the submission just now
            return
        self._times += 1
        if self._times > TIMES:
            self._give_up(one)
        raise StoppedError
