"""Resource limits of a worker: memory, CPU time, file size, descriptors. They are only lowered.

Memory is counted from what the process has now, with its libraries: numpy alone takes 0.1 GiB of
addresses, a CUDA build of torch 3 GiB, and a submission gets the same on both.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

MIB = 1 << 20
SPARE_MIB = 512
"""Address space beyond the data, for libraries that are imported later."""
STACK_BYTES = 64 * MIB
"""The limit on data does not count the stack. Linux gives it 8 MiB, which stay."""
FILE_BYTES = MIB
DESCRIPTORS = 64
GPU_MIB, GPU_DESCRIPTORS = 2048, 256
"""More for CUDA's own data and files. Room to spare, not measured: see `gpu.py`."""


def lower(memory_mib: int, cpu_s: int, *, gpu: bool = False, writes: bool = True) -> None:
    """Lower this process's limits; a hard limit that is lower already stays.

    The limit on data counts what is private and can be written. Memory that is shared, or made
    read-only once it is full, is not counted: so the address space is limited too, but on a GPU,
    since CUDA reserves more addresses than the machine has memory. SIGXCPU comes after `cpu_s`
    further seconds, and SIGKILL, which cannot be ignored, one second later. Recursion that is too
    deep for the stack kills the worker alone. Without `writes` no byte can be written to any file
    on a disk or in memory; pipes, sockets and devices are none.

    Raises:
        OSError: a limit was refused; its text says which.
    """
    try:
        import resource
    except ImportError:  # Windows: the deadline is the only limit
        return
    space_now, data_now = _in_use()
    data = data_now + (memory_mib + (GPU_MIB if gpu else 0)) * MIB
    space = space_now + (memory_mib + SPARE_MIB) * MIB
    cpu = cpu_s + math.ceil(time.process_time())
    descriptors = GPU_DESCRIPTORS if gpu else DESCRIPTORS
    wanted = {
        "RLIMIT_DATA": (data, data), "RLIMIT_CPU": (cpu, cpu + 1),
        "RLIMIT_FSIZE": (FILE_BYTES, FILE_BYTES) if writes else (0, 0),
        "RLIMIT_NOFILE": (descriptors, descriptors),
        "RLIMIT_STACK": (STACK_BYTES, STACK_BYTES), "RLIMIT_CORE": (0, 0),
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


def _in_use() -> tuple[int, int]:
    """Bytes of addresses and of data that this process has; of macOS no limit holds anyway."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0, 0
    import resource

    return int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize()
