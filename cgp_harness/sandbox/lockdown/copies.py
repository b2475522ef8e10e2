"""A process that goes on in a copy of itself, waits for it, and ends as it did."""

from __future__ import annotations

import os
import resource
import signal
import warnings
from collections.abc import Callable

from cgp_harness.sandbox.lockdown import kernel

_SET_PDEATHSIG = 1


def _nothing() -> None:
    """Neither before nor after."""


def of_first(code: int) -> int:
    """How the first process of a namespace ended, of its exit code: minus the signal's number.

    `kernel.end_at` gives that of `abort()` as a code, which hardly anybody ends a program with.
    """
    return -code if code == signal.SIGABRT else code


def go_on(
    before: Callable[[], None] = _nothing, after: Callable[[], None] = _nothing, *,
    first: bool = False,
) -> None:
    """Return in the copy, which ends when this process does.

    Args:
        before: what this process does before it waits.
        after: and once the copy has ended.
        first: whether the copy is the first process of a namespace.
    """
    original = os.getpid()
    with warnings.catch_warnings():
        # Of locks that another thread holds; Python and the C library see to their own.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy = os.fork()
    if copy == 0:
        kernel.prctl("die with the original", _SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() not in (original, 0):  # 0: it is in another namespace of processes
            os._exit(0)
        return
    before()
    _, status = os.waitpid(copy, 0)
    after()
    code = os.waitstatus_to_exitcode(status)
    code = of_first(code) if first else code
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
