"""What is asked of a worker with every seed anew: one that remembers nothing answers it once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import msgspec

from cgp_harness.kinds.backprop.asking import WorkerGraphs
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS, PARTIALS
from cgp_harness.kinds.optimizer.requests import RunStep, RunSteps
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.host.workers import Workers
from cgp_harness.subject import SubjectError


class AskedOnce:
    """The workers of a submission, with their answers kept.

    Only for code that remembers nothing from one request to the next.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._answers: dict[tuple[bytes, bytes], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workers, name)

    def ask(
        self, request: Any, kind: type[Any], payload: bytes | memoryview, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """As of a `Workers`; a step goes on from the one before, and is asked for anew."""
        if isinstance(request, RunStep | RunSteps):
            return self._workers.ask(request, kind, payload, answer_bytes)
        key = msgspec.msgpack.encode(request), bytes(payload)
        if key not in self._answers:
            try:
                self._answers[key] = self._workers.ask(request, kind, payload, answer_bytes)
            except SubjectError as error:
                self._answers[key] = error
        if isinstance(answer := self._answers[key], SubjectError):
            raise answer
        message, values = answer
        return message, bytearray(values)


class GraphsAskedOnce:
    """The answers of a worker on graphs, with those on the fixed ones kept."""

    def __init__(self, graphs: WorkerGraphs) -> None:
        self._graphs = graphs
        self._fixed = {id(case.point) for stage in PARTIALS for case in stage.fixed()}
        self._fixed |= {id(case.seeded) for stage in GRADIENTS for case in stage.fixed()}
        self._answers: dict[int, Any] = {}

    def forward(self, name: str, points: Sequence[Any]) -> tuple[Any, ...]:
        """As of any subject."""
        return self._asked(self._graphs.forward, name, points)

    def backward(self, name: str, cases: Sequence[Any]) -> tuple[Any, ...]:
        """As of any subject."""
        return self._asked(self._graphs.backward, name, cases)

    def _asked(self, ask: Any, name: str, given: Sequence[Any]) -> tuple[Any, ...]:
        new = [one for one in given if id(one) not in self._answers]
        answers = {id(one): answer for one, answer in zip(new, ask(name, new), strict=True)}
        self._answers |= {one: answers[one] for one in answers.keys() & self._fixed}
        return tuple(self._answers.get(id(one)) or answers[id(one)] for one in given)


@contextmanager
def asked_once(worker: WorkerSubject) -> Iterator[None]:
    """While this is open, the worker keeps its answers."""
    with (mock.patch.object(worker, "_workers", AskedOnce(worker._workers)),
          mock.patch.dict(worker._asking, backprop=GraphsAskedOnce(worker.of("backprop")))):
        yield
