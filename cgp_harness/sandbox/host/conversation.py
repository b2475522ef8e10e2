"""One worker and its grader: a request, its answer, and what to make of silence.

Owns the process from its start to its end; knows nothing of rules.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from cgp_harness.errors import MachineError
from cgp_harness.model import Problem, Submission
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.processes.launch import WorkerProcess
from cgp_harness.sandbox.host.processes.spawned import Ended
from cgp_harness.sandbox.host.stopwatch import Passed, Stopwatch, cpu_s
from cgp_harness.sandbox.host.view import PACKAGES, view_for
from cgp_harness.sandbox.protocol.messages import (
    At,
    Failed,
    Held,
    Ready,
    Setup,
    decode_answer,
    encode,
)
from cgp_harness.sandbox.protocol.wire import DeadlineError, LinkClosedError, Overdue, ProtocolError
from cgp_harness.subject import SubjectError
from cgp_harness.task import Limits

NOTHING: Mapping[str, Any] = MappingProxyType({})
START_S = 300.0
"""Seconds for Python, what is trusted and the lock-down: 0.2 s on an idle machine, 2 s with torch.

A CUDA build of torch has 4 GiB of libraries, which a disk may have to find first.
"""


class Conversation:
    """A locked-down worker that waits for requests.

    Attributes:
        at: which statement it came to, of the last file that it was to load aloud.

    Raises:
        MachineError: the worker could not be started or locked down; no student code ran.
    """

    def __init__(
        self, submission: Submission, limits: Limits, level: str,
        held: Held, roots: tuple[str, ...], gpu: Mapping[str, str],
        packages: tuple[str, ...] = (), told: Mapping[str, Any] = NOTHING,
    ) -> None:
        place = view_for(held, packages)
        self._limits, self._sequence = limits, 0
        self.at: At | None = None
        self._cpu_s = math.ceil(limits.total_s + limits.load_s)
        begun_s = time.monotonic()
        # CUDA must not have begun before a fork.
        self._worker = WorkerProcess(place, None if gpu else held, level)
        self.ended: Ended | None = None
        setup = Setup(
            level, held, place.readable, limits.memory_mib, self._cpu_s, (*PACKAGES, *packages),
            roots, dict(gpu), dict(told))
        try:
            answer, _ = self._exchange(
                setup, Ready, b"", 0, lambda: time.monotonic() > begun_s + START_S)
            if isinstance(answer, Failed):
                raise problems.of_machine(answer)
            self.pid: int = answer.pid
            self.start_cpu_s = cpu_s(self.pid)
            self._worker.bound(self.pid, limits.memory_mib, gpu=bool(gpu))
            self._worker.fill(submission.files)
        except (DeadlineError, LinkClosedError, ProtocolError, msgspec.MsgspecError) as error:
            self.end()
            said = self.texts["stderr"].decode(errors="replace").strip().splitlines()
            raise MachineError(
                f"a worker did not come up: {said[-1] if said else type(error).__name__}",
                expected=f"the isolation level {level!r} to work on this machine",
                fix="`cgp doctor` says which levels do",
            ) from error
        except BaseException:  # a grader told to stop leaves no worker and no folder
            self.end()
            raise

    @property
    def texts(self) -> dict[str, bytearray]:
        """What the worker printed, as it came."""
        return self._worker.output.texts

    def ask(
        self, request: Any, kind: type[Any], watch: Stopwatch, *, late: Callable[[Passed], Problem],
        payload: bytes | memoryview, answer_bytes: int,
    ) -> tuple[Any, bytearray]:
        """Send a request and wait for its answer, of this kind or `Failed`.

        Args:
            watch: how long to wait.
            late: the problem if the watch says that its time has passed.
            answer_bytes: length of the answer's payload, known beforehand.

        Raises:
            SubjectError: there was no such answer. The worker is then gone.
            MachineError: nor did this machine let the worker come to one.
        """
        try:
            return self._exchange(request, kind, payload, answer_bytes, watch.ended)
        except DeadlineError:
            if watch.passed == "machine":
                self.end()
                raise problems.of_held_up() from None
            problem = late(watch.passed)
            self.end()
        except LinkClosedError:
            closed_it = self._worker.closed_its_link()
            watch.look()
            ended = self.end()
            problem = (
                problems.of_violation() if closed_it
                else problems.of_death(ended, self._limits, self._cpu_s)
            )
        except (ProtocolError, msgspec.MsgspecError):
            watch.look()
            self.end()
            problem = problems.of_violation()
        raise SubjectError(problem, "stopped")

    def end(self) -> Ended:
        """End the worker, if that has not been done."""
        if self.ended is None:
            self.ended = self._worker.end()
        return self.ended

    def _exchange(
        self, request: Any, kind: type[Any], payload: bytes | memoryview, answer_bytes: int,
        overdue: Overdue,
    ) -> tuple[Any, bytearray]:
        link = self._worker.link
        link.expect_silence()
        self._sequence += 1
        self.at = None
        link.send(self._sequence, encode(request), payload, overdue)
        while True:
            frame = link.receive({0, answer_bytes}, overdue)
            if frame.sequence != self._sequence:
                raise ProtocolError("the answer belongs to another request")
            answer = decode_answer(frame.header, kind)
            if not isinstance(answer, At):
                break
            self.at = answer
        link.expect_silence()
        if len(frame.payload) != (0 if isinstance(answer, Failed) else answer_bytes):
            raise ProtocolError("the payload does not go with the header")
        return answer, frame.payload
