"""What the grader and the process that its workers are forked from say to each other.

One packet a message, each answered by `Child`. Student code is never near either end.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from cgp_harness.sandbox.protocol.messages import Held

PACKET_MAX = 64 * 1024


class Enclose(Struct, frozen=True, tag="enclose"):
    """Draw up the lock-down that all workers from now on will do: see `messages.Setup`."""

    level: str
    readable: tuple[str, ...]


class Fork(Struct, frozen=True, tag="fork"):
    """Begin a worker in a folder. With it come its descriptors: link, stdout, stderr."""

    folder: str


class HasEnded(Struct, frozen=True, tag="has_ended"):
    """Say whether a worker has ended."""

    pid: int


class End(Struct, frozen=True, tag="end"):
    """Kill a worker with all of its group, and say how it ended."""

    pid: int


class Child(Struct, frozen=True):
    """A worker.

    Attributes:
        ended: whether it has, by itself.
        code: its exit code, minus a signal's number; once it is gone.
        peak_mib: the most memory that it held, with what it began with.
    """

    pid: int
    ended: bool = False
    code: int = 0
    cpu_s: float = 0.0
    peak_mib: float = 0.0


encode = msgspec.msgpack.Encoder().encode
decode_held = msgspec.msgpack.Decoder(Held).decode
decode_order = msgspec.msgpack.Decoder(Enclose | Fork | HasEnded | End).decode
decode_child = msgspec.msgpack.Decoder(Child).decode
