"""What is asked of a worker with every seed anew: one that remembers nothing answers it once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

import msgspec

from cgp_harness.sandbox.messages import RunStep, RunSteps
from cgp_harness.sandbox.subject import WorkerSubject
from cgp_harness.sandbox.succession import Succession
from cgp_harness.subject import SubjectError


class AskedOnce:
    """The workers of a submission, with their answers kept.

    Only for code that remembers nothing from one request to the next.
    """

    def __init__(self, workers: Succession) -> None:
        self._workers = workers
        self._answers: dict[tuple[bytes, bytes], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workers, name)

    def ask(
        self, request: Any, kind: type[Any], payload: bytes, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """As of a `Succession`; a step goes on from the one before, and is asked for anew."""
        if isinstance(request, RunStep | RunSteps):
            return self._workers.ask(request, kind, payload, answer_bytes)
        key = msgspec.msgpack.encode(request), payload
        if key not in self._answers:
            try:
                self._answers[key] = self._workers.ask(request, kind, payload, answer_bytes)
            except SubjectError as error:
                self._answers[key] = error
        if isinstance(answer := self._answers[key], SubjectError):
            raise answer
        message, values = answer
        return message, bytearray(values)


def asked_once(worker: WorkerSubject) -> AbstractContextManager[Any]:
    """While this is open, the worker keeps its answers."""
    return mock.patch.object(worker, "_workers", AskedOnce(worker._workers))
