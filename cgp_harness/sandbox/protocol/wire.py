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
        self._buffer, self._filled = bytearray(PREFIX.size + HEADER_MAX), 0

    def close(self) -> None:
        """Close this end."""
        os.close(self._descriptor)

    def send(
        self, sequence: int, header: bytes, payload: bytes | memoryview = b"",
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
        if not self._filled:
            self._wait(select.POLLIN, overdue)  # a read now would find nothing: it has just asked
        self._fill(PREFIX.size, overdue)
        magic, sequence, header_length, payload_length = PREFIX.unpack_from(self._buffer)
        if magic != MAGIC:
            raise ProtocolError("the frame does not begin with the magic number")
        if payload_lengths is not None:
            if header_length > HEADER_MAX:
                raise ProtocolError("the header is too long")
            if payload_length not in payload_lengths:
                raise ProtocolError("the payload has another length than asked for")
        begin = PREFIX.size + header_length
        self._fill(begin, overdue)
        payload = bytearray(payload_length)
        end = min(begin + payload_length, self._filled)
        header, payload[: end - begin] = self._buffer[PREFIX.size : begin], self._buffer[begin:end]
        if end < self._filled:  # of the next frame: a worker may say where it is before it answers
            self._buffer[: self._filled - end] = self._buffer[end : self._filled]
        self._filled -= end
        rest = memoryview(payload)[end - begin :]
        while rest:
            rest = rest[self._read(rest, overdue) :]
            # A sender of one byte now and then never blocks a reader, and must not outlive it.
            _in_time(overdue)
        # Of what is there too: it may have come too late.
        _in_time(overdue)
        return Frame(sequence, bytes(header), payload)

    def expect_silence(self) -> None:
        """See to it that nothing has come that nobody asked for.

        Raises:
            ProtocolError: something has.
        """
        if self._filled:
            raise ProtocolError("there are bytes that belong to no answer")
        if not self._polls[select.POLLIN].poll(0):
            return
        try:
            unasked = os.read(self._descriptor, 1)
        except (BlockingIOError, ConnectionError):
            return
        if unasked:  # b"" is the end of the link: the next request will find out
            raise ProtocolError("there are bytes that belong to no answer")

    def _fill(self, length: int, overdue: Overdue | None) -> None:
        """Have so many bytes in the buffer, or more."""
        if length > len(self._buffer):  # a request's header: no worker may send one
            self._buffer += bytes(length - len(self._buffer))
        while self._filled < length:
            self._filled += self._read(memoryview(self._buffer)[self._filled :], overdue)
            if self._filled < length:
                _in_time(overdue)

    def _read(self, buffer: memoryview, overdue: Overdue | None) -> int:
        """Some bytes, at least one."""
        while True:
            try:
                count = os.readv(self._descriptor, [buffer])
            except BlockingIOError:
                self._wait(select.POLLIN, overdue)
                continue
            except ConnectionError as error:
                raise LinkClosedError from error
            if not count:
                raise LinkClosedError
            return count

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
