"""The end of a child: killed with its group, and waited for no longer than that may take."""

from __future__ import annotations

import os
import resource
import select
import signal
from contextlib import suppress

UNKILLABLE_S = 10.0
"""A process that waits where no signal reaches it, for a disk that is gone, ends with that."""


def killed(pid: int) -> tuple[int, resource.struct_rusage | None]:
    """How it ended, as an exit code, and what it used; None if it is given up, a child for ever."""
    # Before it is waited for: until then nothing else can have its number. It may be no group yet.
    for kill in (os.kill, os.killpg):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    if not _ends(pid):
        return -signal.SIGKILL, None
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage


def _ends(pid: int) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):  # macOS; a kernel that has none: it is waited for
        return True
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return bool(waiting.poll(UNKILLABLE_S * 1000))
    finally:
        os.close(descriptor)
