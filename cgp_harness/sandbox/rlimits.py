"""Resource limits of a worker: memory, CPU time, file size, descriptors. They are only lowered."""

from __future__ import annotations

import sys

MIB = 1 << 20
OVERHEAD_MIB = 2048
"""Address space beyond the data: libraries, reservations (importing torch 2.13 takes 0.8 GiB)."""
FILE_BYTES = MIB
DESCRIPTORS = 64


def lower(memory_mib: int, cpu_s: int) -> None:
    """Lower this process's limits; a hard limit that is lower already stays.

    Shared mappings do not count as data, so the address space is limited too. SIGXCPU comes after
    `cpu_s` seconds, counted from the start of the process, and SIGKILL, which cannot be ignored,
    one second later. The stack's limit stays: deep recursion kills the worker alone.

    Raises:
        OSError: a limit was refused; its text says which.
    """
    try:
        import resource
    except ImportError:  # Windows: the deadline is the only limit
        return
    data, space = memory_mib * MIB, (memory_mib + OVERHEAD_MIB) * MIB
    wanted = {
        "RLIMIT_DATA": (data, data), "RLIMIT_AS": (space, space), "RLIMIT_CPU": (cpu_s, cpu_s + 1),
        "RLIMIT_FSIZE": (FILE_BYTES, FILE_BYTES), "RLIMIT_NOFILE": (DESCRIPTORS, DESCRIPTORS),
        "RLIMIT_CORE": (0, 0),
    }
    # macOS refuses to limit the address space of a process that has reserved more already.
    unsure = {"RLIMIT_DATA", "RLIMIT_AS"} if sys.platform == "darwin" else set()
    for name, limits in wanted.items():
        kind = getattr(resource, name)
        bounds = [
            limit if now == resource.RLIM_INFINITY else min(limit, now)
            for limit, now in zip(limits, resource.getrlimit(kind), strict=True)
        ]
        try:
            resource.setrlimit(kind, (bounds[0], bounds[1]))
        except (OSError, ValueError) as error:
            if name not in unsure:
                raise OSError(f"{name}: {error}") from error
