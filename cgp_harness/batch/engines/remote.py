"""What runs in a worker of a cluster: some jobs in, their replies out, both as bytes.

Each worker keeps graders of this machine, and with them what they fork submissions from: a job that
brings its grader down leaves the worker alone.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence

import msgspec

from cgp_harness import environment
from cgp_harness.batch.engines import LostError
from cgp_harness.batch.engines.local import Local


class Chunk(msgspec.Struct, frozen=True):
    """Some jobs.

    Attributes:
        jobs: as an engine takes them.
        made_by: the driver's versions, and the digest of its source.
        wall_s: seconds for one submission.
    """

    jobs: tuple[bytes, ...]
    made_by: Mapping[str, str]
    wall_s: float


class Replied(msgspec.Struct, frozen=True):
    """A reply, or why there is none."""

    reply: bytes = b""
    lost: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What came of a chunk: something for each job; or nothing was graded.

    Attributes:
        refused: what the worker has that the driver has not, and the other way round.
        place: the worker's host.
    """

    replies: tuple[Replied, ...] = ()
    refused: str = ""
    place: str = ""


_starting = threading.Lock()
_engines: dict[float, Local] = {}


def grade(content: bytes) -> bytes:
    """Grade a `Chunk`, in a worker of dask; gives an `Answer`."""
    import distributed

    chunk = msgspec.msgpack.decode(content, type=Chunk)
    if refused := differing(chunk.made_by, own(chunk.made_by)):
        return msgspec.msgpack.encode(Answer(refused=refused, place=socket.gethostname()))
    with _starting:
        if chunk.wall_s not in _engines:
            # As many tasks as it has threads come at once.
            _engines[chunk.wall_s] = Local(
                distributed.get_worker().state.nthreads, chunk.wall_s)
        engine = _engines[chunk.wall_s]
    replies: list[Replied] = []
    for future in [engine.submit(job) for job in chunk.jobs]:
        try:
            replies.append(Replied(future.result()))
        except LostError as error:
            replies.append(Replied(lost=str(error)))
    return msgspec.msgpack.encode(Answer(tuple(replies)))


def own(wanted: Mapping[str, str]) -> dict[str, str]:
    """What this installation is, of all that a verdict may depend on."""
    packages = [name.removeprefix("package ") for name in wanted if name.startswith("package ")]
    return identity(packages)


def identity(packages: Sequence[str]) -> dict[str, str]:
    """Versions, those of further packages too, and the digest of the harness's source."""
    return {
        **environment.versions(), **environment.further_versions(packages),
        "source": environment.source_digest()[:12]}


def differing(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """`numpy 2.4.0 here, 2.3.0 there; …`; empty if they are the same."""
    return "; ".join(
        f"{name} {theirs.get(name, 'none')} here, {ours.get(name, 'none')} there"
        for name in sorted({*theirs, *ours}) if theirs.get(name) != ours.get(name))
