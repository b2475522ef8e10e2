"""Keeps N grader processes busy, and outlives any of them.

Not `concurrent.futures.ProcessPoolExecutor`: when one of its processes dies, every pending job ends
as `BrokenProcessPool`, and a job that hangs cannot be ended at all.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import ModuleType

import msgspec

from cgp_harness.batch.process import Reply, main
from cgp_harness.model import SubmissionReport

# fork would copy a driver that has threads (a progress bar), and its open database.
SPAWN = multiprocessing.get_context("spawn")
TRIES = 2
STOP_S = 3.0
Done = Callable[[int, SubmissionReport | str], None]


@dataclass
class _Grader:
    """A grader process and the job it has."""

    process: SpawnProcess
    pipe: Connection
    job: int | None = None
    deadline: float = 0.0


@dataclass
class _Queue:
    """Jobs that wait, and how often each was tried."""

    jobs: Mapping[int, bytes]
    waiting: deque[int]
    tries: dict[int, int] = field(default_factory=dict)


def supervise(jobs: Mapping[int, bytes], *, jobs_at_once: int, wall_s: float, done: Done) -> None:
    """Run every job; `done` gets its report, or the reason (a text) why there is none.

    However this ends, by Ctrl-C or an exception of `done` too, no grader process is left.
    """
    queue = _Queue(jobs, deque(jobs))
    graders: list[_Grader] = []
    try:
        while queue.waiting or any(grader.job is not None for grader in graders):
            _assign(queue, graders, jobs_at_once, wall_s)
            for grader in _ready(graders):
                _collect(grader, queue, graders, wall_s, done)
    finally:
        _stop(graders)


def _assign(queue: _Queue, graders: list[_Grader], jobs_at_once: int, wall_s: float) -> None:
    """Give every free grader a job; start graders while there are jobs for them."""
    while queue.waiting:
        free = next((grader for grader in graders if grader.job is None), None)
        if free is None:
            if len(graders) >= jobs_at_once:
                return
            free = _start()
            graders.append(free)
        free.job = queue.waiting.popleft()
        queue.tries[free.job] = queue.tries.get(free.job, 0) + 1
        free.deadline = time.monotonic() + wall_s
        # A grader that is already dead is found by its sentinel.
        with suppress(OSError):
            free.pipe.send_bytes(queue.jobs[free.job])


def _start() -> _Grader:
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=main, args=(theirs,), name="cgp-grader", daemon=True)
    with _no_main_module():
        process.start()
    # Only the child holds its end now, so that its death is seen as the end of the pipe.
    theirs.close()
    return _Grader(process, ours)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Else the new process runs the script again that asks for the grading, and grades, too."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _ready(graders: list[_Grader]) -> list[_Grader]:
    """Wait until a busy grader has replied, died or run out of time; all such."""
    busy = [grader for grader in graders if grader.job is not None]
    patience = max(0.0, min(grader.deadline for grader in busy) - time.monotonic())
    events = wait([event for g in busy for event in (g.pipe, g.process.sentinel)], patience)
    now = time.monotonic()
    return [
        grader for grader in busy
        if grader.pipe in events or grader.process.sentinel in events or now >= grader.deadline
    ]


def _collect(
    grader: _Grader, queue: _Queue, graders: list[_Grader], wall_s: float, done: Done
) -> None:
    """Take a grader's report; or replace the grader, and give its job another try."""
    assert grader.job is not None
    job = grader.job
    answer = _answer(grader, wall_s)
    if isinstance(answer, SubmissionReport):
        grader.job = None
        done(job, answer)
        return
    # A fresh process: whatever went wrong in this one must not touch the next submission.
    graders.remove(grader)
    _stop([grader])
    if queue.tries[job] < TRIES:
        # Last in line: a submission that brings graders down delays no other.
        queue.waiting.append(job)
    else:
        done(job, answer)


def _answer(grader: _Grader, wall_s: float) -> SubmissionReport | str:
    """The report in a grader's reply, or the reason why there is none."""
    try:
        if grader.pipe.poll():
            reply = msgspec.json.decode(grader.pipe.recv_bytes(), type=Reply)
            return reply.report or reply.error
        if not wait([grader.process.sentinel], 0):
            return f"it did not end within {wall_s:g} s"
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return f"its reply cannot be read ({error})"
    except (EOFError, OSError):
        wait([grader.process.sentinel], STOP_S)
    _kill_session(grader.process)
    # Its sentinel closes a moment before there is an exit code.
    grader.process.join()
    code = grader.process.exitcode or 0
    if code < 0:
        with suppress(ValueError):
            return f"its process was killed ({signal.Signals(-code).name})"
    return f"its process ended with exit code {code}"


def _stop(graders: list[_Grader]) -> None:
    """End processes and all that they started: in order if they can, by force if not."""
    for grader in graders:
        # An idle grader ends by itself when its pipe does.
        grader.pipe.close()
        if grader.job is not None:
            grader.process.terminate()
    until = time.monotonic() + STOP_S
    for grader in graders:
        wait([grader.process.sentinel], max(0.0, until - time.monotonic()))
        _kill_session(grader.process)
        grader.process.join()
        grader.process.close()


def _kill_session(process: SpawnProcess) -> None:
    """The process and what is left of its session.

    Before it is reaped: until then its number, which is its group's, cannot be another's.
    """
    if hasattr(os, "killpg") and process.pid is not None:
        # Gone already, or (killed while it started) never a group of its own.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
