"""The link between grader and worker: frames of a typed header and raw numbers, over one socket.

A frame is 20 bytes, little-endian, then the header, then the payload:

    magic "CGP1" | sequence u32 | header length u32 | payload length u64

Nothing is pickled or evaluated in either direction. Who receives from a worker says beforehand
which payload lengths it expects: no allocation depends on a number that the worker sent.
"""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass

MAGIC = b"CGP1"
PREFIX = struct.Struct("<4sIIQ")
HEADER_MAX = 64 * 1024
POLL_MS = 20
Overdue = Callable[[], bool]


class DeadlineError(Exception):
    """The other side did not send, or did not take, everything in time."""


class LinkClosedError(Exception):
    """The other side is gone."""


class ProtocolError(Exception):
    """What came is not the frame that was due."""


@dataclass(frozen=True)
class Frame:
    """A frame as received: `header` is still encoded, `payload` raw bytes."""

    sequence: int
    header: bytes
    payload: bytearray


class Link:
    """One end of a stream socket, by its file descriptor.

    Plain `os.readv` and `os.writev`: the worker then needs no `socket` module (6 ms to import).
    `overdue` is asked every 20 ms while nothing moves: True gives up. None waits for ever.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._polls = {event: select.poll() for event in (select.POLLIN, select.POLLOUT)}
        for event, poll in self._polls.items():
            poll.register(descriptor, event)
        os.set_blocking(descriptor, False)

    def close(self) -> None:
        """Close this end."""
        os.close(self._descriptor)

    def send(
        self, sequence: int, header: bytes, payload: bytes = b"",
        overdue: Overdue | None = None,
    ) -> None:
        """Send one frame.

        Raises:
            DeadlineError: the other side did not take it in time.
            LinkClosedError: the other side is gone.
        """
        head = PREFIX.pack(MAGIC, sequence, len(header), len(payload)) + header
        parts = [memoryview(head), memoryview(payload)]
        while parts:
            try:
                count = os.writev(self._descriptor, parts)  # often short: about 200 kB a call
            except BlockingIOError:
                self._wait(select.POLLOUT, overdue)
                continue
            except ConnectionError as error:
                raise LinkClosedError from error
            parts = _after(parts, count)

    def receive(
        self, payload_lengths: Collection[int] | None = None, overdue: Overdue | None = None
    ) -> Frame:
        """Wait for one frame.

        Args:
            payload_lengths: those that may come. None (the worker's side) trusts the sender.
            overdue: when to give up.

        Raises:
            DeadlineError: it did not come in time.
            LinkClosedError: the other side is gone.
            ProtocolError: wrong magic, a header over 64 KiB, another payload length.
        """
        self._wait(select.POLLIN, overdue)  # a read now would find nothing: it has just asked
        prefix = self._read(PREFIX.size, overdue)
        magic, sequence, header_length, payload_length = PREFIX.unpack(prefix)
        if magic != MAGIC:
            raise ProtocolError("the frame does not begin with the magic number")
        if payload_lengths is not None:
            if header_length > HEADER_MAX:
                raise ProtocolError("the header is too long")
            if payload_length not in payload_lengths:
                raise ProtocolError("the payload has another length than asked for")
        header = bytes(self._read(header_length, overdue))
        payload = self._read(payload_length, overdue)
        _in_time(overdue)  # what comes too late is given up, although it is there
        return Frame(sequence, header, payload)

    def expect_silence(self) -> None:
        """See to it that nothing has come that nobody asked for.

        Raises:
            ProtocolError: something has.
        """
        try:
            unasked = os.read(self._descriptor, 1)
        except (BlockingIOError, ConnectionError):
            return
        if unasked:  # b"" is the end of the link: the next request will find out
            raise ProtocolError("there are bytes that belong to no answer")

    def _read(self, length: int, overdue: Overdue | None) -> bytearray:
        buffer = bytearray(length)
        rest = memoryview(buffer)
        while rest:
            try:
                count = os.readv(self._descriptor, [rest])
            except BlockingIOError:
                self._wait(select.POLLIN, overdue)
                continue
            except ConnectionError as error:
                raise LinkClosedError from error
            if count == 0:
                raise LinkClosedError
            rest = rest[count:]
            if rest:  # of a sender of one byte now and then too: it never blocks, and must end
                _in_time(overdue)
        return buffer

    def _wait(self, event: int, overdue: Overdue | None) -> None:
        while not self._polls[event].poll(None if overdue is None else POLL_MS):
            _in_time(overdue)


def _after(parts: list[memoryview], count: int) -> list[memoryview]:
    """What is left of some buffers after their first `count` bytes."""
    while parts and count >= len(parts[0]):
        count -= len(parts.pop(0))
    return [parts[0][count:], *parts[1:]] if parts else []


def _in_time(overdue: Overdue | None) -> None:
    if overdue is not None and overdue():
        raise DeadlineError
