"""The most memory that a process has held, in MiB.

`getrusage` begins with what the process held that started this one; Linux says what is its own.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def own_mib() -> float:
    """Of this process, as far as its system tells it apart from its parent's."""
    if STATUS.exists():
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return of_mib(resource.getrusage(resource.RUSAGE_SELF))


def of_mib(usage: resource.struct_rusage) -> float:
    """Of a process that has ended, its parent's at its start included."""
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes
    return usage.ru_maxrss * unit / 2**20
