"""Before the lock-down: see to it that one thread runs, whatever trusted packages have started.

Landlock and the system call filter bind the thread that asks for them; a thread left outside could
be made to run anything. A thread that stays is left behind in this process, and a copy without it
goes on: a fork takes the calling thread alone.
"""

from __future__ import annotations

import os
import time

from cgp_harness.sandbox.lockdown.copies import go_on
from cgp_harness.sandbox.protocol.wire import Link

PATIENCE_S = 0.5
"""For threads that are about to end by themselves."""


def threads() -> int:
    """Threads of this process."""
    return len(os.listdir("/proc/self/task"))


def go_on_alone(link: Link) -> None:
    """Return with one thread running: at once, soon, or in a copy of this process.

    Args:
        link: to the grader, for the copy alone.
    """
    until = time.monotonic() + PATIENCE_S
    while threads() > 1:
        if time.monotonic() > until:
            return go_on(before=link.close)
        time.sleep(0.005)
    return None
