"""Grader processes of this machine: N of them, kept busy, and outlived.

Not `concurrent.futures.ProcessPoolExecutor`: when one of its processes dies, every pending job ends
as `BrokenProcessPool`, and a job that hangs cannot be ended at all.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

import msgspec

from cgp_harness import temporary
from cgp_harness.batch.engines import LostError, Pending
from cgp_harness.batch.engines.process import Said, command

STOP_S = 3.0


@dataclass
class _Grader:
    """A grader process, what tells of its end, the folder that it may fill, and the job it has."""

    process: subprocess.Popen[bytes]
    link: Connection
    end: int | None
    folder: Path
    job: Pending | None = None
    deadline: float = 0.0

    def has_ended(self, within_s: float = 0.0) -> bool:
        """Whether it has, or does within some seconds; it is not waited for as a child yet."""
        if self.end is not None:
            return bool(wait([self.end], within_s))
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(within_s)
        return self.process.returncode is not None

    def close(self) -> None:
        """Kill what is left of it and of its session, and take its folder away."""
        # Before it is waited for: until then its number, its group's too, cannot be another's.
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.end is not None:
            os.close(self.end)
            self.end = None
        self.link.close()
        temporary.removed(self.folder)


class Local:
    """An engine of `slots` grader processes, which are started as there are jobs for them.

    One thread starts and watches them all: the kernel ends a grader with the thread that has
    started it (`PR_SET_PDEATHSIG`).

    Args:
        wall_s: seconds for one submission; a grader that takes longer is taken to hang.
    """

    def __init__(self, slots: int, wall_s: float) -> None:
        self.slots = slots
        self._wall_s = wall_s
        self._waiting: deque[Pending] = deque()
        self._graders: list[_Grader] = []
        self._closing = False
        self._woken, self._wake = Pipe(duplex=False)
        self._thread = threading.Thread(target=self._serve, name="cgp-graders", daemon=True)
        self._thread.start()

    def submit(self, job: bytes) -> Future[bytes]:
        """See `Engine`; jobs are begun in the order of their submission."""
        if not self._thread.is_alive():
            raise RuntimeError("the engine is closed")
        future: Future[bytes] = Future()
        self._waiting.append(Pending(job, future))
        self._wake.send_bytes(b"")
        return future

    def close(self) -> None:
        """However a run ends, by Ctrl-C or an exception too, no grader process is left."""
        self._closing = True
        with suppress(OSError):  # closed already
            self._wake.send_bytes(b"")
        self._thread.join()
        self._wake.close()

    def _serve(self) -> None:
        try:
            while not self._closing:
                self._assign()
                for grader in self._ready():
                    self._collect(grader)
        finally:
            left = [*self._waiting, *(grader.job for grader in self._graders if grader.job)]
            _stop(self._graders)
            self._woken.close()
            for job in left:
                job.future.set_exception(LostError("its engine was closed"))

    def _assign(self) -> None:
        """Give every free grader a job; start graders while there are jobs for them."""
        while self._waiting:
            free = next((grader for grader in self._graders if grader.job is None), None)
            if free is None and len(self._graders) >= self.slots:
                return
            job = self._waiting.popleft()
            if free is None:
                try:
                    free = _started()
                except OSError as error:
                    job.future.set_exception(LostError(f"it cannot be started: {error}"))
                    continue
                self._graders.append(free)
            free.job, free.deadline = job, time.monotonic() + self._wall_s
            # A grader that is already dead is found by its end.
            with suppress(OSError):
                free.link.send_bytes(job.content)

    def _ready(self) -> list[_Grader]:
        """Wait until a busy grader has replied, died or run out of time, or until woken."""
        busy = [grader for grader in self._graders if grader.job is not None]
        ends: list[Connection | int] = [grader.end for grader in busy if grader.end is not None]
        patience = min((grader.deadline for grader in busy), default=None)
        events = wait(
            [self._woken, *(grader.link for grader in busy), *ends],
            None if patience is None else max(0.0, patience - time.monotonic()))
        if self._woken in events:
            self._woken.recv_bytes()
        now = time.monotonic()
        return [
            grader for grader in busy
            if grader.link in events or grader.end in events or now >= grader.deadline]

    def _collect(self, grader: _Grader) -> None:
        """Take a grader's reply; replace a grader that is gone, or in which something failed."""
        assert grader.job is not None
        future, answer = grader.job.future, self._answer(grader)
        if isinstance(answer, bytes) and not _failed(answer):
            grader.job = None
        else:
            # Whatever went wrong in this process must not touch the next submission.
            self._graders.remove(grader)
            _stop([grader])
        if isinstance(answer, bytes):
            future.set_result(answer)
        else:
            future.set_exception(LostError(answer))

    def _answer(self, grader: _Grader) -> bytes | str:
        """A grader's reply, or the reason why there is none."""
        try:
            if grader.link.poll():
                return grader.link.recv_bytes()
            if not grader.has_ended():
                return f"it did not end within {self._wall_s:g} s"
        except (EOFError, OSError):
            grader.has_ended(STOP_S)
        grader.close()
        code = grader.process.returncode
        if code < 0:
            with suppress(ValueError):
                return f"its process was killed ({signal.Signals(-code).name})"
        return f"its process ended with exit code {code}"


def _failed(reply: bytes) -> bool:
    try:
        return bool(msgspec.json.decode(reply, type=Said).error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True


def _started() -> _Grader:
    folder = temporary.made("cgp-grader-", below=temporary.gathered())
    ours, its = socket.socketpair()
    try:
        with its:
            temporary.let_through(folder)
            process = subprocess.Popen(
                command(its.fileno(), folder), pass_fds=[its.fileno()], stdin=subprocess.DEVNULL,
                env={**os.environ, "TMPDIR": str(folder)}, start_new_session=True)
    except BaseException:
        ours.close()
        temporary.removed(folder)
        raise
    return _Grader(process, Connection(ours.detach()), _end_of(process.pid), folder)


def _end_of(number: int) -> int | None:
    """A descriptor that tells of a process' end, where there is such a thing.

    The end of its link tells too, unless a child that it has forked holds that open.
    """
    with suppress(AttributeError, OSError):
        return os.pidfd_open(number)
    return None


def _stop(graders: list[_Grader]) -> None:
    """End processes and all that they started: in order if they can, by force if not."""
    for grader in graders:
        # An idle grader ends by itself when its link does.
        grader.link.close()
        if grader.job is not None and grader.process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(grader.process.pid, signal.SIGTERM)
    until = time.monotonic() + STOP_S
    for grader in graders:
        if grader.process.returncode is None:
            grader.has_ended(max(0.0, until - time.monotonic()))
        grader.close()
