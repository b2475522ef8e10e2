"""Before the lock-down: see to it that one thread runs, whatever trusted packages have started.

Landlock and the system call filter bind the thread that asks for them; a thread left outside could
be made to run anything. A thread that stays is left behind in this process, and a copy without it
goes on: a fork takes the calling thread alone.
"""

from __future__ import annotations

import os
import resource
import signal
import time
import warnings
from collections.abc import Callable

from cgp_harness.sandbox.protocol.wire import Link

PATIENCE_S = 0.5
"""For threads that are about to end by themselves."""


def threads() -> int:
    """Threads of this process."""
    return len(os.listdir("/proc/self/task"))


def go_on_alone(die_with: Callable[[int], None], link: Link) -> None:
    """Return with one thread running: at once, soon, or in a copy of this process.

    Args:
        die_with: has this process end with another, by its number.
        link: to the grader, for the copy alone.
    """
    until = time.monotonic() + PATIENCE_S
    while threads() > 1:
        if time.monotonic() > until:
            return _in_a_copy(die_with, link)
        time.sleep(0.005)
    return None


def _in_a_copy(die_with: Callable[[int], None], link: Link) -> None:
    original = os.getpid()
    with warnings.catch_warnings():
        # Of locks that another thread holds; Python and the C library see to their own.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy = os.fork()
    if copy == 0:
        die_with(original)
        return
    link.close()
    _end_like(copy)


def _end_like(copy: int) -> None:
    """Wait for the copy, and end as it did."""
    _, status = os.waitpid(copy, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
