"""What a worker does to itself before it runs a byte of a student's: give up all that it can.

Called inside the worker, once its own imports are done. Only the standard library is used, since a
worker's view of this project holds little else.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from cgp_harness.sandbox.protocol.homes import HOMES, SCRATCH

if TYPE_CHECKING:
    from cgp_harness.sandbox.lockdown.landlock import Rules
    from cgp_harness.sandbox.lockdown.namespaces import Room
    from cgp_harness.sandbox.lockdown.seccomp import Filter

NAMESPACES = "namespaces"
LEVELS = ("plain", "container_partly", "uid", "container", "landlock", NAMESPACES)
"""Weakest first: resource limits; these and what there is of the next; these, another uid and
seccomp; the same where a container is the sandbox; these, another uid if root, landlock and
seccomp; all of that in namespaces of its own."""
WITHOUT_LANDLOCK = ("container_partly", "uid", "container")


@dataclass(frozen=True)
class Lockdown:
    """A lock-down that is drawn up: paths are looked up and open, the filter is compiled.

    For this process, or for any that it forks, each of which does it to itself by `now`.
    """

    level: str
    gpu: Mapping[str, str]
    why_not_nobody: str = ""
    rules: Rules | None = None
    filter: Filter | None = None
    room: Room | None = None

    def now(self, memory_mib: int, cpu_s: int, folder: str = "") -> None:
        """Lock this process down, for good.

        Args:
            memory_mib: data that the process may hold besides what it has now.
            cpu_s: seconds of CPU time, counted from now.
            folder: what stays readable besides, the submission's. In namespaces it is worked in
                afterwards.

        Raises:
            OSError: a step was refused; its text says which. The process must then end, since it
                may be locked down in part.
        """
        from cgp_harness.sandbox.lockdown import rlimits

        os.environ.update(self.gpu)  # CUDA reads them when it begins, after this
        folders = [folder] if folder else []
        ruleset = -1
        if self.rules is not None:  # before descriptors are limited, of which rules are many
            from cgp_harness.sandbox.lockdown import landlock

            ruleset = landlock.ruleset(self.rules, folders)
        rlimits.lower(
            memory_mib, cpu_s, gpu=bool(self.gpu), writes=self.level not in WITHOUT_LANDLOCK)
        _name_folders(os.getcwd())
        if self.level == "plain":
            return
        from cgp_harness.sandbox.lockdown import privileges

        _refuse_threads()
        why_not = self.why_not_nobody or privileges.why_closed(
            folders, alone=self.room is not None)
        if self.room is not None:
            self._enter(self.room, folder, ruleset)
        self._give_up(why_not, ruleset)

    def _enter(self, room: Room, folder: str, ruleset: int) -> None:
        from cgp_harness.sandbox.lockdown import landlock, namespaces

        namespaces.enter(room, folder)
        # What Python knows of a folder holds until that changes; here all of them are others.
        landlock.allow_room(ruleset, SCRATCH, [one for one in sys.path if os.path.isdir(one)])
        os.environ.update(dict.fromkeys(HOMES, SCRATCH))
        _name_folders(SCRATCH)

    def _give_up(self, why_not: str, ruleset: int) -> None:
        from cgp_harness.sandbox.lockdown import landlock, privileges, seccomp

        partly = [OSError] * (self.level == "container_partly")
        with suppress(*partly):
            privileges.drop(why_not, needed=self.level in ("uid", "container"))
        if ruleset >= 0:
            landlock.restrict(ruleset)
        with suppress(*partly):
            if self.filter is None:
                raise OSError(errno.ENOSYS, "no filter of system calls")
            seccomp.install(self.filter)


def drawn_up(
    level: str, readable: Sequence[str], gpu: Mapping[str, str] = MappingProxyType({}),
    room: Room | None = None,
) -> Lockdown:
    """A lock-down, to be done by `Lockdown.now`.

    As another uid, without landlock, the filter also keeps folders as they are, and no file is
    opened to be read and written; what is left is to empty files that everyone may write, and to
    make empty ones.

    Args:
        level: one of `LEVELS`.
        readable: files and folders that stay readable under `landlock`, with all beneath: the
            standard library, the packages that may be imported later, the system's libraries
            that these load (torch: libdl, libstdc++), the submission. Another uid must be able to
            read them; it can read more.
        gpu: environment variables of a process that may use a GPU, which takes more; see `gpu.py`.
        room: in `namespaces`, what was begun with the same readable paths.

    Raises:
        OSError: something of it is not to be had here; its text says what.
        ValueError: there is no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"no isolation level {level!r}")
    if level == "plain":
        return Lockdown(level, gpu)
    # Imported here, since ctypes finds no such C library on Windows; all before the first step,
    # since afterwards these files cannot be read.
    from cgp_harness.sandbox.lockdown import landlock, privileges, seccomp

    compiled, alone = None, level in WITHOUT_LANDLOCK
    with suppress(*[OSError] * (level == "container_partly")):
        compiled = seccomp.compiled(threads=bool(gpu), files=alone)
    return Lockdown(
        level, gpu, privileges.why_not_nobody(readable, alone=room is not None),
        None if alone else landlock.opened(readable, gpu=bool(gpu)), compiled, room)


def apply(
    level: str, readable: Sequence[str], memory_mib: int, cpu_s: int,
    gpu: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Lock this process down, for good: see `drawn_up` and `Lockdown.now`.

    In `namespaces` it goes on in a copy, and the working folder is the submission's.
    """
    room, folder = None, ""
    if level == NAMESPACES:
        from cgp_harness.sandbox.lockdown import copies, namespaces

        folder = os.getcwd()
        room = begun = namespaces.begin(
            readable, tempfile.mkdtemp(prefix="cgp-room-"), gpu=bool(gpu))
        copies.go_on(after=lambda: namespaces.left(begun), first=True)
    drawn_up(level, readable, gpu, room).now(memory_mib, cpu_s, folder)


def _name_folders(folder: str) -> None:
    """Name a folder to those who want one to write to before they do anything.

    `torch.optim.Optimizer()` makes sure of a cache folder (torch 2.13, by torch._dynamo) although
    it then writes nothing; `tempfile` looks for a folder that it can write to, and finds none.
    """
    tempfile.tempdir = os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder


def _refuse_threads() -> None:
    # Landlock binds the calling thread alone (all of them only from ABI 8), so does seccomp here;
    # a thread left outside could be made to run anything.
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise OSError(
            errno.EBUSY,
            f"lockdown: {threads} threads run, expected 1: "
            "set OPENBLAS_NUM_THREADS, OMP_NUM_THREADS and MKL_NUM_THREADS to 1 before importing",
        )
