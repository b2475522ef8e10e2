"""An engine on dask.distributed: chunks of jobs as tasks of a cluster that is there or started.

Only bytes travel, and the name of `remote.grade`: nothing that a submission has made is unpickled.
Only the driver writes the store, whatever becomes of the cluster.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from cgp_harness.batch.engines import LostError
from cgp_harness.batch.engines.remote import Answer, Chunk, grade
from cgp_harness.errors import MachineError

if TYPE_CHECKING:
    import distributed

CHUNK = AHEAD = 2
"""Jobs of one task, and tasks for each slot: all of the window. A worker has the next task already
when it ends one, which saves a tenth of a second on a busy machine."""
GATHERING_S = 0.005
COUNTED_S = 2.0
SAME = "install on all machines what the driver has, in the same versions; what is graded is kept"
AGAIN = "run the same command again: what is graded is kept"


@dataclass(frozen=True)
class _Job:
    """What is to be done, and whom to tell."""

    content: bytes
    future: Future[bytes]

    @property
    def name(self) -> bytes:
        return hashlib.sha256(self.content).digest()


class Closing(Protocol):
    """What ends."""

    def close(self) -> object:
        """End it."""
        ...


class Cluster:
    """Tasks of a client's cluster.

    Args:
        client: is closed with this.
        made_by: as of a `Chunk`.
        wall_s: seconds for one submission.
        resources: what a task needs, such as `GPU`.
        started: what was started for the client, and is ended with it.
    """

    def __init__(
        self, client: distributed.Client, made_by: Mapping[str, str], wall_s: float,
        resources: Mapping[str, float], started: Closing | None = None,
    ) -> None:
        self._client, self._made_by, self._wall_s = client, made_by, wall_s
        self._resources, self._started = resources, started
        self._slots, self._counted_until = 1, 0.0
        self._waiting: deque[_Job] = deque()
        self._suspects: deque[_Job] = deque()
        self._tasks: dict[Any, tuple[_Job, ...]] = {}
        self._lost_once: set[bytes] = set()
        self._there, self._closing = threading.Event(), False
        self._gone: MachineError | None = None
        threading.Thread(target=self._serve, name="cgp-cluster", daemon=True).start()

    @property
    def slots(self) -> int:
        """Threads of all workers that there were lately; at least one, which will come."""
        return self._slots

    def submit(self, job: bytes) -> Future[bytes]:
        """See `Engine`."""
        future: Future[bytes] = Future()
        own = _Job(job, future)
        (self._suspects if own.name in self._lost_once else self._waiting).append(own)
        self._there.set()
        return future

    def close(self) -> None:
        """Forget what is under way, and end the cluster if it was started for this."""
        self._closing = True
        self._there.set()
        try:
            self._client.close()
        finally:
            if self._started is not None:
                self._started.close()

    def _serve(self) -> None:
        while not self._closing:
            self._there.wait(COUNTED_S)
            self._there.clear()
            # Those that come together go together.
            time.sleep(GATHERING_S)
            self._count()
            while self._waiting and len(self._tasks) < AHEAD * self._slots and not self._closing:
                self._begin(tuple(
                    self._waiting.popleft() for _ in range(min(CHUNK, len(self._waiting)))))
            # Last, and with nothing else under way: if it is lost again, it alone is to blame.
            if self._suspects and not self._waiting and not self._tasks and not self._closing:
                self._begin((self._suspects.popleft(),))

    def _count(self) -> None:
        now = time.monotonic()
        if now > self._counted_until:
            with suppress(Exception):  # the scheduler is gone, which tasks tell
                self._slots = max(1, sum(self._client.nthreads().values()))
            self._counted_until = now + COUNTED_S

    def _begin(self, jobs: tuple[_Job, ...]) -> None:
        content = msgspec.msgpack.encode(Chunk(
            tuple(job.content for job in jobs), self._made_by, self._wall_s))
        if self._gone is not None:
            for job in jobs:
                job.future.set_exception(self._gone)
            return
        try:
            task = self._client.submit(
                grade, content, pure=False, resources=dict(self._resources), retries=0)
            self._tasks[task.key] = jobs
            task.add_done_callback(self._ended)
        except Exception:  # the client is closed, or what it is connected to is gone
            for job in jobs:
                job.future.set_exception(self._lost())

    def _lost(self) -> MachineError:
        if self._gone is None:
            self._gone = MachineError(
                "the scheduler of the cluster is gone", where=str(self._address),
                expected="that it stays until the end", fix=AGAIN)
        return self._gone

    @property
    def _address(self) -> str:
        return str(self._client.scheduler.address) if self._client.scheduler else ""

    def _ended(self, task: distributed.Future[bytes]) -> None:
        jobs = self._tasks.pop(task.key)
        try:
            if task.status == "finished":
                self._answered(jobs, msgspec.msgpack.decode(task.result(), type=Answer))
            elif task.status == "error":
                self._failed(jobs, task.exception())
            else:  # cancelled or lost: by the end of the scheduler, or ours
                raise CancelledError
        except CancelledError:
            for job in jobs:
                job.future.set_exception(self._lost())
        except Exception as error:
            self._failed([job for job in jobs if not job.future.done()], error)
        finally:
            task.release()
            self._there.set()

    def _answered(self, jobs: tuple[_Job, ...], answer: Answer) -> None:
        if answer.refused:
            error = MachineError(
                f"a worker of another version refuses to grade: {answer.refused}",
                where=answer.place, expected="the same versions and source on all machines",
                fix=SAME)
            for job in jobs:
                job.future.set_exception(error)
            return
        for job, reply in zip(jobs, answer.replies, strict=True):
            if reply.lost:
                job.future.set_exception(LostError(reply.lost))
            else:
                job.future.set_result(reply.reply)

    def _failed(self, jobs: Sequence[_Job], error: BaseException) -> None:
        """The worker ended, or could not even begin: each job will be tried alone."""
        self._lost_once.update(job.name for job in jobs)
        said = ("the workers of the cluster that had it were killed"
                if type(error).__name__ == "KilledWorker" else f"its worker raised {error!r:.200}")
        for job in jobs:
            job.future.set_exception(LostError(said))
