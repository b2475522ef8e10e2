"""A bound on the time that reading one submission may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cgp_harness.collect.intake_error import IntakeError
from cgp_harness.model import Status

CPU_S, WALL_S = 20.0, 300.0
"""Of this process, which a submission answers for; by the clock, for which nobody does."""
AGAIN_S = 0.1
"""An exception that comes while Python clears up is lost: then it comes once more."""


class _OverdueError(BaseException):
    """Time is up. No `Exception`, of which a damaged zip raises many."""


@contextmanager
def deadline(cpu_s: float = CPU_S, wall_s: float = WALL_S) -> Iterator[None]:
    """End what is done inside after so many seconds.

    Only in the main thread of a system that has timers; elsewhere there is no bound.

    Raises:
        IntakeError: it took longer.
    """
    if not hasattr(signal, "setitimer") or (
            threading.current_thread() is not threading.main_thread()):
        yield
        return
    passed: list[int] = []

    def overdue(number: int, frame: FrameType | None) -> None:
        passed.append(number)
        raise _OverdueError

    timers = {signal.SIGPROF: (signal.ITIMER_PROF, cpu_s), signal.SIGALRM: (
        signal.ITIMER_REAL, wall_s)}
    before = {number: signal.signal(number, overdue) for number in timers}
    try:
        try:
            for timer, seconds in timers.values():
                signal.setitimer(timer, seconds, AGAIN_S)
            yield
        finally:
            for timer, _ in timers.values():
                signal.setitimer(timer, 0)
    except _OverdueError:
        raise _too_long(passed[0], cpu_s, wall_s) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _too_long(number: int, cpu_s: float, wall_s: float) -> IntakeError:
    if number == signal.SIGPROF:
        return IntakeError(
            f"to read it takes more than {cpu_s:g} s of CPU time",
            expected="a homework of a few kB", status=Status.TIMEOUT)
    return IntakeError(
        f"it could not be read within {wall_s:g} s on this machine",
        fix="see to the disk, and run the same command again", status=Status.GRADER_ERROR)
