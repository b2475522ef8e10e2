"""Workers forked from a process that holds what is trusted: torch is imported once, for all.

Such processes are kept, a few of them, until this process ends; then they end too. Where there is
none (another system than Linux, a worker with a GPU, a trusted package that fails), workers are
started one by one.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cgp_harness import temporary
from cgp_harness.errors import MachineError
from cgp_harness.sandbox.host.processes.spawned import BOOT, Ended, started
from cgp_harness.sandbox.host.view import View, open_to_worker
from cgp_harness.sandbox.protocol.ending import UNKILLABLE_S
from cgp_harness.sandbox.protocol.forking import (
    PACKET_MAX,
    Child,
    Enclose,
    End,
    Fork,
    HasEnded,
    decode_child,
    encode,
)
from cgp_harness.sandbox.protocol.messages import Held

ZYGOTE = BOOT.format("zygote") + "main(int(sys.argv[2]))"
START_S = 300.0
"""As a worker may take: a CUDA build of torch has 4 GiB of libraries."""
KEPT = 3
"""So many that have no worker are kept for later."""


class Zygote:
    """A process to fork workers from; `ready` waits for it to have imported what it holds.

    Raises:
        OSError: it could not be started.
    """

    def __init__(self, root: str, held: Held) -> None:
        self.workers, self._comes_up, self._encloses = 0, False, False
        self._asking = threading.Lock()
        self._folder = temporary.made("cgp-zygote-")
        open_to_worker(self._folder)
        self._control, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_S)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            with its:
                self._process = started(ZYGOTE, root, self._folder, its.fileno())
            socket.send_fds(self._control, [encode(held)], ())
            self._comes_up = True
        except BaseException:
            self.close()
            raise

    def ready(self) -> None:
        """Wait until it has come up, if that is not known.

        Raises:
            OSError: it did not.
        """
        with self._asking:
            if self._comes_up:
                self._answer()
                self._comes_up = False

    def enclose(self, level: str, readable: tuple[str, ...]) -> None:
        """Have it draw up, once, the lock-down that its workers will do.

        Raises:
            OSError: it is gone.
        """
        if not self._encloses:
            self._ask(Enclose(level, readable))
            self._encloses = True

    def fork(self, folder: Path, descriptors: Sequence[int]) -> Forked:
        """A worker in a folder, with its link, stdout and stderr."""
        child = self._ask(Fork(str(folder)), descriptors)
        self.workers += 1
        return Forked(self, child.pid)

    def told(self, order: HasEnded | End) -> Child:
        """What it says of a worker.

        Raises:
            MachineError: it is gone, and its workers with it.
        """
        try:
            return self._ask(order)
        except OSError as error:
            raise MachineError(f"the process that workers are forked from is gone: {error}"
                               ) from error

    def is_gone(self) -> bool:
        """Whether it has ended, and its workers with it."""
        return self._process is None or self._process.poll() is not None

    def close(self) -> None:
        """End it, and its workers."""
        self._control.close()
        self._kill()
        temporary.removed(self._folder)

    def forget(self) -> None:
        """Leave it to the process that this one was forked from."""
        self._control.close()
        if self._process is not None:
            self._process.returncode = 0

    def _ask(self, message: Any, descriptors: Sequence[int] = ()) -> Child:
        with self._asking:
            try:
                socket.send_fds(self._control, [encode(message)], descriptors)
                return self._answer()
            except BaseException:  # Ctrl-C too: what it still says must answer no other question
                self._kill()
                raise

    def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(UNKILLABLE_S)

    def _answer(self) -> Child:
        packet = self._control.recv(PACKET_MAX)
        if not packet:
            raise ConnectionResetError("it has ended")
        return decode_child(packet)


class Forked:
    """A worker that was forked."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote, self._pid = zygote, pid

    def has_ended(self) -> bool:
        """Whether it has, by itself."""
        return self._zygote.told(HasEnded(self._pid)).ended

    def end(self) -> Ended:
        """Kill it and all of its group."""
        self._zygote.workers -= 1
        try:
            child = self._zygote.told(End(self._pid))
        except MachineError:  # it went the way of what it was forked from
            return Ended(-signal.SIGKILL, False, 0.0, 0.0)
        return Ended(child.code, child.ended, child.cpu_s, child.peak_mib)


Key = tuple[str, Held, str]
"""Root, what is held, and the level of its workers; "" before it is known."""
_zygotes: dict[Key, Zygote | None] = {}
"""Those that are kept, the one that was asked for last at the end; None: it cannot be."""
_choosing = threading.Lock()


def zygote(place: View, held: Held, level: str) -> Zygote | None:
    """The process that holds this, for workers of this level; None: they must be started."""
    if sys.platform != "linux":
        return None
    key, begun = (place.root, held, level), (place.root, held, "")
    with _choosing:
        if begun in _zygotes and key not in _zygotes:
            _zygotes[key] = _zygotes.pop(begun)
        known = key in _zygotes
        # At the end, and there while it comes up: who is interrupted then leaves none behind.
        found = _zygotes[key] = _zygotes.pop(key) if known else _begun(place.root, held)
        found = _zygotes[key] = _up(found, place, level)
        if known and found is not None and found.is_gone():
            found.close()
            found = _zygotes[key] = _begun(place.root, held)
            found = _zygotes[key] = _up(found, place, level)
        others = {other: one for other, one in _zygotes.items() if one and one is not found}
        idle = [other for other, one in others.items() if not one.workers]
        for other in idle[:-KEPT]:
            if one := _zygotes.pop(other):
                one.close()
        return found


def begin(root: str, held: Held) -> None:
    """Start the process that will hold this, without waiting for it."""
    if sys.platform == "linux":
        with _choosing:
            if not any(key[:2] == (root, held) for key in _zygotes):
                key = root, held, ""
                _zygotes[key] = _begun(root, held)


def _up(found: Zygote | None, place: View, level: str) -> Zygote | None:
    """That one once it has come up; None if it does not: a worker that is started says why."""
    try:
        if found is not None:
            found.ready()
            if not found.is_gone():
                found.enclose(level, place.readable)
    except OSError:
        assert found is not None
        found.close()
        return None
    return found


def _begun(root: str, held: Held) -> Zygote | None:
    try:
        return Zygote(root, held)
    except OSError:
        return None


@atexit.register
def close() -> None:
    """End all of them."""
    while _zygotes:
        if one := _zygotes.popitem()[1]:
            one.close()


def _forget() -> None:
    while _zygotes:
        if one := _zygotes.popitem()[1]:
            one.forget()


os.register_at_fork(after_in_child=_forget)
