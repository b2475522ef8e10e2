"""A control group for each worker, where the kernel lets this process make some (cgroup v2).

    GROUP             in which this process began: its controllers are shared out to what is below
      cgp             where this process and its graders move, since who shares out has no members
      cgp-123-1       a worker of process 123: `memory.max` and `pids.max`

A group counts what no limit of a process does: pages that are shared or of a file system in memory,
and what the kernel holds for the process. It is a second bound, above those of the process itself.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import platform
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cgp_harness.sandbox.lockdown.rlimits import GPU_MIB, MIB, SPARE_MIB

OURS = "cgp"
CONTROLLERS = ("memory", "pids")
PROCESSES, GPU_PROCESSES = 64, 256
"""Threads count as well; the filter of system calls refuses both, where there is one."""
LEAVES_S = 1.0
"""A process that was killed is in its group until the kernel has taken it apart."""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Home:
    """Where groups of workers are made; `missing` says why there is none."""

    folder: Path = Path()
    missing: str = ""


class Group:
    """The group of one worker, which is put into it before it has a byte of the submission.

    What it holds by then is not counted: as with the limits on the process, the submission gets the
    same beside a small library and a large one.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, below: Path, memory_mib: int, *, gpu: bool = False) -> None:
        self._folder = below / f"{OURS}-{os.getpid()}-{next(_numbers)}"
        self._folder.mkdir()
        try:
            # More than the process may have, which so is told by its own limits where it can be.
            most = memory_mib + SPARE_MIB + GPU_MIB * gpu
            _write(self._folder / "memory.max", most * MIB)
            _write(self._folder / "pids.max", GPU_PROCESSES if gpu else PROCESSES)
            with suppress(FileNotFoundError):  # a kernel that counts no swap
                _write(self._folder / "memory.swap.max", 0)
        except OSError:
            self.close()
            raise

    def take(self, pid: int) -> None:
        """Put a process into it.

        Raises:
            OSError: the kernel does not let this one.
        """
        _write(self._folder / "cgroup.procs", pid)

    def was_full(self) -> bool:
        """Whether a process of it was killed since its memory, not the machine's, was full."""
        try:
            lines = (self._folder / "memory.events").read_text(encoding="ascii").splitlines()
        except OSError:
            return False
        times = {name: count for name, _, count in (line.partition(" ") for line in lines)}
        return times.get("oom", "0") != "0" != times.get("oom_kill", "0")

    def close(self) -> None:
        """Remove it, once its processes have been killed."""
        until = time.monotonic() + LEAVES_S
        while not _removed(self._folder) and time.monotonic() < until:
            time.sleep(0.002)


@functools.cache
def home() -> Home:
    """Where groups can be made, found out by making one. Before other processes are started.

    What killed graders have left is removed, and at its end all that is this process's.
    """
    if sys.platform != "linux":
        return Home(missing=f"control groups are part of Linux, and this is {platform.system()}")
    found = _home(Path("/proc/self"))
    if not found.missing:
        atexit.register(_sweep, found.folder, mine=True)
    return found


def group(memory_mib: int, *, gpu: bool) -> Group | None:
    """A group for a worker; None: this machine lets us make none.

    Raises:
        OSError: it did, and no longer does.
    """
    place = home()
    return None if place.missing else Group(place.folder, memory_mib, gpu=gpu)


def _home(process: Path) -> Home:
    """As `home`.

    Args:
        process: what the kernel says of this process.
    """
    try:
        own = _own(process)
        shared = own.parent if own.name == OURS else _moved(own)
        _sweep(shared)
        Group(shared, 0).close()
    except OSError as error:
        return Home(missing=error.strerror or str(error))
    return Home(shared)


def _own(process: Path) -> Path:
    """The group of this process, as a folder."""
    groups = (process / "cgroup").read_text("utf-8").splitlines()
    mounts = (line.split() for line in (process / "mounts").read_text("utf-8").splitlines())
    path = next((line.removeprefix("0::") for line in groups if line.startswith("0::")), "")
    root = next((mount[1] for mount in mounts if mount[2] == "cgroup2"), "")
    if not path or not root:
        raise OSError(0, "the kernel has no control groups of version 2")
    own = Path(root + path)
    lacking = {*CONTROLLERS}.difference(
        (own / "cgroup.controllers").read_text(encoding="ascii").split())
    if lacking:
        raise OSError(0, f"there is no controller {' or '.join(sorted(lacking))} in {own}")
    return own


def _moved(own: Path) -> Path:
    """Share out the controllers of the own group, from below it; that group.

    Raises:
        OSError: it is somebody else's, or other programs are in it. This process is then back.
    """
    below = own / OURS
    try:
        below.mkdir(exist_ok=True)
        _write(below / "cgroup.procs", os.getpid())
        _write(own / "cgroup.subtree_control", " ".join(f"+{name}" for name in CONTROLLERS))
    except OSError as error:
        with suppress(OSError):
            _write(own / "cgroup.procs", os.getpid())
        _removed(below)
        raise OSError(error.errno, f"{own} is not for this command alone") from error
    return own


def _sweep(place: Path, *, mine: bool = False) -> None:
    """Remove groups of processes that are gone, and of this one where it ends."""
    for left in place.glob(f"{OURS}-*-*"):
        pid = left.name.split("-")[1]
        if not Path("/proc", pid).exists() or (mine and pid == str(os.getpid())):
            _removed(left)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:  # somebody is in it
        return False
    return True


def _write(file: Path, what: object) -> None:
    # Not made where it is missing, as nobody can in a folder of the kernel's.
    with file.open("r+", encoding="ascii") as opened:
        opened.write(f"{what}\n")
