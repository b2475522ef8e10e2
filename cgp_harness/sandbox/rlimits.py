"""Resource limits of a worker: memory, CPU time, file size, descriptors. They are only lowered."""

from __future__ import annotations

import sys

MIB = 1 << 20
OVERHEAD_MIB = 2048
"""Address space beyond the data: libraries, reservations (importing torch 2.13 takes 0.8 GiB)."""
FILE_BYTES = MIB
DESCRIPTORS = 64
GPU_MIB, GPU_DESCRIPTORS = 2048, 256
"""More for CUDA's own data and files. Room to spare, not measured: see `gpu.py`."""


def lower(memory_mib: int, cpu_s: int, *, gpu: bool = False) -> None:
    """Lower this process's limits; a hard limit that is lower already stays.

    Shared mappings do not count as data, so the address space is limited too, but on a GPU: CUDA
    reserves more addresses than the machine has memory. SIGXCPU comes after
    `cpu_s` seconds, counted from the start of the process, and SIGKILL, which cannot be ignored,
    one second later. The stack's limit stays: deep recursion kills the worker alone.

    Raises:
        OSError: a limit was refused; its text says which.
    """
    try:
        import resource
    except ImportError:  # Windows: the deadline is the only limit
        return
    data = (memory_mib + (GPU_MIB if gpu else 0)) * MIB
    space = (memory_mib + OVERHEAD_MIB) * MIB
    descriptors = GPU_DESCRIPTORS if gpu else DESCRIPTORS
    wanted = {
        "RLIMIT_DATA": (data, data), "RLIMIT_CPU": (cpu_s, cpu_s + 1),
        "RLIMIT_FSIZE": (FILE_BYTES, FILE_BYTES), "RLIMIT_NOFILE": (descriptors, descriptors),
        "RLIMIT_CORE": (0, 0),
    }
    if not gpu:
        wanted["RLIMIT_AS"] = (space, space)
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
