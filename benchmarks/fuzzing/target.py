"""The grader's end of a conversation with a worker that sends these bytes, and what comes of it.

Byte 0 says which answer is due and of which size, byte 1 how the bytes arrive and what comes after;
the others are what the worker sends. Nothing but the exceptions of a conversation may come of it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec

from cgp_harness.errors import MachineError
from cgp_harness.installed import kinds
from cgp_harness.kinds.activation.requests import Activated
from cgp_harness.kinds.autograd_function.requests import (
    ForwardAnswer,
    VjpAnswer,
    VjpManyAnswer,
)
from cgp_harness.kinds.backprop.requests import Backpropagated, Propagated
from cgp_harness.kinds.optimizer.requests import Stepped
from cgp_harness.kinds.primer_training.requests import Followed
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.changing import repair
from cgp_harness.sandbox.host.conversation import Conversation
from cgp_harness.sandbox.host.manifest import Loading, require_believable
from cgp_harness.sandbox.host.sources import sources_of
from cgp_harness.sandbox.interpreting.table import interpreted
from cgp_harness.sandbox.protocol import wire
from cgp_harness.sandbox.protocol.changing import Made, Shown, Tried
from cgp_harness.sandbox.protocol.messages import At, Failed, Loaded, Ready
from cgp_harness.subject import SubjectError
from cgp_harness.task import Limits

ANSWERS: tuple[type[Any], ...] = (
    Loaded, Stepped, Ready, ForwardAnswer, VjpAnswer, VjpManyAnswer, Activated, Propagated,
    Backpropagated, Followed, Tried, Made, Shown)
SIZES = (0, 8, 64, 100_000)
"""Of the payload that is due."""
PATIENCE = 12
"""So often the grader looks at its clock, once all has been sent, before its time is up."""
OF_A_CONVERSATION = (
    wire.DeadlineError, wire.LinkClosedError, wire.ProtocolError, msgspec.MsgspecError,
    SubjectError, MachineError)
MOST_SENT = 200_000


class Fed(wire.Link):
    """A link at whose other end the bytes come once something was asked."""

    def __init__(self, descriptor: int, its: socket.socket, parts: Iterator[bytes]) -> None:
        super().__init__(descriptor)
        self._its, self._parts = its, parts

    def send(self, *arguments: Any, **named: Any) -> None:
        """Ask, and be answered."""
        super().send(*arguments, **named)
        self.more()

    def more(self) -> bool:
        """Let the next part arrive, or the end; False if nothing is left."""
        for part in self._parts:
            if part:
                self._its.sendall(part)
            else:
                self._its.shutdown(socket.SHUT_WR)
            return True
        return False


class Talk(Conversation):
    """With that link."""

    def __init__(self, link: wire.Link) -> None:
        self._worker: Any = SimpleNamespace(link=link)
        self._sequence, self.at = 0, None


def case(kind: type[Any], size: int, sent: bytes, *, pieces: int = 0, ends: bool = True) -> bytes:
    """The input that stands for this."""
    first = ANSWERS.index(kind) + len(ANSWERS) * SIZES.index(size)
    return bytes((first, pieces << 1 | ends)) + sent


def frame(header: bytes, payload: bytes = b"", sequence: int = 1) -> bytes:
    """A frame as a worker sends it."""
    return wire.PREFIX.pack(wire.MAGIC, sequence, len(header), len(payload)) + header + payload


def one(data: bytes) -> str:
    """What comes of an input: the name of an answer, or of an exception of a conversation."""
    if len(data) < 2:
        return ""
    kind, size = ANSWERS[data[0] % len(ANSWERS)], SIZES[data[0] // len(ANSWERS) % len(SIZES)]
    looks = 0
    mine, its = socket.socketpair()
    with its:
        its.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * MOST_SENT)
        link = Fed(mine.detach(), its, _parts(data[2:][:MOST_SENT], data[1]))

        def overdue() -> bool:
            nonlocal looks
            looks += not link.more()
            return looks > PATIENCE

        try:
            answer, payload = Talk(link)._exchange(Ready(1), kind, b"", size, overdue)
            assert len(payload) == (0 if isinstance(answer, Failed) else size)
            _made_of(answer)
        except OF_A_CONVERSATION as error:
            return type(error).__name__
        finally:
            os.close(link._descriptor)
    return type(answer).__name__


def _parts(sent: bytes, how: int) -> Iterator[bytes]:
    """The bytes as they arrive: at once, or in up to 127 pieces; last the end, if it comes."""
    ends, pieces = how & 1, how >> 1
    step = max(1, len(sent) // (pieces + 1))
    yield from (sent[at:at + step] for at in range(0, len(sent), step))
    if ends:
        yield b""


def _made_of(answer: Any) -> None:
    """What the grader does with an answer of each kind, up to the words for a page."""
    limits = Limits()
    failures = [answer] if isinstance(answer, Failed) else []
    if isinstance(answer, Loaded):
        require_believable(answer)
        sources = sources_of(Submission("ada", (SourceFile("ada.py", b""),)))
        loading = Loading(sources, limits)
        loading.loaded(loading.files[0], answer)
        assert all(one.kind in kinds() for one in loading.manifest.registered)
        failures += answer.problems
    if isinstance(answer, Followed):
        failures += answer.raised
    if isinstance(answer, Shown):
        assert str(repair(answer)).isprintable()
    assert not isinstance(answer, At)
    for failed in failures:
        if failed.scene is not None:
            interpreted(failed.scene)  # asked by itself: `problems` goes on without it
        problem = problems.of_call(failed, "sgd", limits)
        assert all(text.isprintable() for text in (
            problem.what, problem.where, problem.expected, problem.fix))
