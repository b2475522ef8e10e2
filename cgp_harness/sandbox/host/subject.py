"""A submission in its worker, as the checks see it: `subject.Subject` over worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from cgp_harness.installed import kinds
from cgp_harness.model import Submission
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.changing import WorkerChanges
from cgp_harness.sandbox.host.conversation import NOTHING
from cgp_harness.sandbox.host.workers import Workers
from cgp_harness.sandbox.lockdown import gpu
from cgp_harness.sandbox.protocol.message_fields import MOST
from cgp_harness.sandbox.protocol.messages import Failed
from cgp_harness.sandbox.protocol.printing import KEPT_BYTES
from cgp_harness.subject import Asking, Changes, Manifest, SubjectError
from cgp_harness.task import Limits


class WorkerSubject:
    """A submission and the worker that runs it; the worker starts at the first use.

    Args:
        limits: bounds on time and memory.
        level: isolation level, one of `lockdown.LEVELS`.
        forbid: dotted module names that the submission must not use.
        device: torch's name of a device that its workers may use besides the CPU.
        packages: distributions that it may import besides those that all may.
        imports: modules that the kinds of its tasks import.
        told: kind -> what its contract in the worker is told of the homework.
    """

    def __init__(
        self, submission: Submission, limits: Limits, level: str, forbid: tuple[str, ...] = (),
        device: str = "", packages: tuple[str, ...] = (), imports: tuple[str, ...] = (),
        told: Mapping[str, Any] = NOTHING,
    ) -> None:
        self.limits = limits
        self._workers = Workers(
            submission, limits, level, forbid, gpu.variables(device), packages, imports, told)
        self._manifest: Manifest | None = None
        self._marks: dict[str, tuple[int, int]] = {}
        self._asking: dict[str, Asking] = {}

    def __enter__(self) -> WorkerSubject:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and remove what it had."""
        self._workers.close()

    @property
    def output(self) -> str:
        """What the submission printed up to the last end of a worker: escaped, cut to 64 KiB."""
        return problems.printable(self._workers.printed, KEPT_BYTES, keep="\n\t")

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all workers that have ended."""
        return self._workers.cpu_s

    @property
    def manifest(self) -> Manifest:
        """What came of loading every file; loaded at the first use."""
        if self._manifest is None:
            self._manifest = self._workers.load()
        return self._manifest

    @property
    def marks(self) -> Mapping[str, tuple[int, int]]:
        """See `subject.Subject`."""
        return self._marks

    def of(self, kind: str) -> Any:
        """See `subject.Subject`."""
        if kind not in self._asking:
            self._asking[kind] = kinds()[kind].asking(self)
        return self._asking[kind]

    def changes(self, kind: str, name: str) -> Changes:
        """See `subject.Subject`."""
        return WorkerChanges(self, kind, name)

    def restart(self) -> None:
        """See `subject.Subject`."""
        self.close()
        self._asking.clear()

    def ask(
        self, request: Any, kind: type[Any], payload: bytes | memoryview, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """See `subject.Channel`."""
        try:
            answer, values = self._workers.ask(request, kind, payload, answer_bytes)
        except SubjectError as error:
            if not self._workers.alive:
                for one in self._asking.values():
                    one.worker_ended(error.problem)
            raise
        if isinstance(answer, Failed) and answer.end and len(self._marks) < MOST:
            self._marks[problems.shown_place(answer.where)] = answer.begin, answer.end
        return answer, values
