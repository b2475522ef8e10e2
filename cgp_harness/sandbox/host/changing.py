"""Questions to what a submission registered with a change made in its source, over its worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.protocol.changing import Made, Make, Show, Shown, Tried, Try
from cgp_harness.sandbox.protocol.messages import Failed, encode_raw
from cgp_harness.subject import ChangeLostError, Channel, Repair, SubjectError


class WorkerChanges:
    """See `subject.Changes`."""

    def __init__(self, channel: Channel, kind: str, name: str) -> None:
        self._channel, self._kind, self._name = channel, kind, name

    def tried(
        self, request: Any, payload: bytes | memoryview, size: int, first: int, count: int
    ) -> tuple[Floats, int]:
        """See `subject.Changes`."""
        asked = Try(self._kind, self._name, encode_raw(request), first, count, size)
        answer, values = self._ask(asked, Tried, payload, 8 * count * size)
        return np.frombuffer(values, np.float64).reshape(count, size), answer.changes

    @contextmanager
    def made(self, number: int) -> Iterator[None]:
        """See `subject.Changes`."""
        self._ask(Make(self._kind, self._name, number), Made)
        try:
            yield
        finally:
            was, _ = self._ask(Make(self._kind, self._name, 0), Made)
            if was.before != number:
                raise ChangeLostError

    def shown(self, number: int) -> Repair:
        """See `subject.Changes`."""
        return repair(self._ask(Show(self._kind, self._name, number), Shown)[0])

    def _ask(
        self, request: Any, kind: type[Any], payload: bytes | memoryview = b"",
        answer_bytes: int = 0,
    ) -> tuple[Any, bytearray]:
        answer, values = self._channel.ask(request, kind, payload, answer_bytes)
        if isinstance(answer, Failed):
            raise SubjectError(problems.explained(answer, answer.what), answer.kind)
        return answer, values


def repair(one: Shown) -> Repair:
    """What a worker says of a change, fit to be shown."""
    texts = {name: problems.printable(getattr(one, name))
             for name in ("says", "file", "before", "after")}
    return Repair(lines=one.lines, **texts)
