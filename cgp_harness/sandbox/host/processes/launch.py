"""A worker process in a folder of its own, ended without leaving anything behind."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from cgp_harness import temporary
from cgp_harness.errors import MachineError
from cgp_harness.model import SourceFile
from cgp_harness.sandbox.host.processes.cgroups import Group, group
from cgp_harness.sandbox.host.processes.output import Output
from cgp_harness.sandbox.host.processes.spawned import Ended, Spawned
from cgp_harness.sandbox.host.processes.zygotes import Forked, zygote
from cgp_harness.sandbox.host.view import View, open_to_worker
from cgp_harness.sandbox.protocol.messages import Held
from cgp_harness.sandbox.protocol.wire import Link

LINGERS_S = 3.0
"""Between the end of a process' link and its own: a busy machine may let it wait."""


class WorkerProcess:
    """A running worker in an empty folder: `link` to ask it, `output` for what it prints.

    Args:
        place: where it imports from.
        held: what it has imported when it begins, if there is a process that has; None: nothing.
        level: the isolation level that it will have.
    """

    def __init__(self, place: View, held: Held | None = None, level: str = "plain") -> None:
        try:
            self.folder = temporary.made("cgp-worker-")
            try:
                open_to_worker(self.folder)
                mine, its = socket.socketpair()
                with mine, its:
                    self._process, stdout, stderr = _begun(
                        place, held, level, self.folder, its.fileno())
                    self.link = Link(mine.detach())
            except BaseException:
                temporary.removed(self.folder)
                raise
        except OSError as error:
            raise MachineError(f"a worker cannot be started: {error}") from error
        self.output = Output(stdout, stderr)
        self._group: Group | None = None

    def bound(self, pid: int, memory_mib: int, *, gpu: bool) -> None:
        """Bound what it takes from now on as a whole, where there are control groups.

        Args:
            pid: of the process that the submission will run in.

        Raises:
            MachineError: there are, and it cannot be put into one.
        """
        try:
            self._group = group(memory_mib, gpu=gpu)
            if self._group is not None:
                self._group.take(pid)
        except OSError as error:
            raise MachineError(f"a worker cannot be put into a control group: {error}") from error

    def fill(self, files: Sequence[SourceFile]) -> None:
        """Put a submission into the folder, in the place of what was left there before.

        Raises:
            MachineError: it cannot be written.
        """
        try:
            for left in self.folder.iterdir():
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
            _write(files, self.folder)
        except OSError as error:
            raise MachineError(f"a submission cannot be given to its worker: {error}") from error

    def end(self) -> Ended:
        """Kill the process and all of its group, take its last words, remove its folder."""
        try:
            ended = self._process.end()
            full = self._group is not None and self._group.was_full()
            return replace(ended, full=full)
        finally:
            if self._group is not None:
                self._group.close()
            self.link.close()
            self.output.close()
            temporary.removed(self.folder)

    def closed_its_link(self) -> bool:
        """After the link's end: whether the process goes on without it, seconds later."""
        deadline = time.monotonic() + LINGERS_S
        while time.monotonic() < deadline:
            if self._process.has_ended():
                return False
            time.sleep(0.002)
        return True


def _begun(
    place: View, held: Held | None, level: str, folder: Path, link: int
) -> tuple[Spawned | Forked, int, int]:
    """A process, and the reading ends of its stdout and stderr."""
    source = zygote(place, held, level) if held else None
    reading, writing = zip(os.pipe(), os.pipe(), strict=True)
    process: Spawned | Forked | None = None
    try:
        if source is not None:
            with suppress(OSError):  # who starts says why it fails, and who forks does not
                process = source.fork(folder, [link, *writing])
        process = process or Spawned(place.root, folder, link, *writing)
    except BaseException:
        for one in reading:
            os.close(one)
        raise
    finally:
        for one in writing:
            os.close(one)
    return process, *reading


def _write(files: Sequence[SourceFile], folder: Path) -> None:
    for file in files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"the path {file.path!r} leads out of the submission")
        target = folder / path
        for parent in reversed(path.parents[:-1]):
            (folder / parent).mkdir(exist_ok=True)
            open_to_worker(folder / parent)
        target.write_bytes(file.content)
        target.chmod(0o644)
