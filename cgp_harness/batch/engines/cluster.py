"""An engine on dask.distributed: chunks of jobs as tasks of a cluster that is there or started.

Only bytes travel, and the name of `remote.grade`: nothing that a submission has made is unpickled.
Only the driver writes the store, whatever becomes of the cluster.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from cgp_harness.batch.engines import LostError, Pending
from cgp_harness.batch.engines.remote import Answer, Chunk, grade
from cgp_harness.errors import MachineError
from cgp_harness.probing.text import plural

if TYPE_CHECKING:
    import distributed

CHUNK = AHEAD = 2
"""Jobs of one task, and tasks for each slot: all of the window. A worker has the next task already
when it ends one, which saves a tenth of a second on a busy machine."""
GATHERING_S = 0.005
COUNTED_S = 2.0
AWAITED_S = 10.0
"""Seconds without a worker that can do what is waiting, before that is said."""
SAME = "install on all machines what the driver has, in the same versions; what is graded is kept"
AGAIN = "run the same command again: what is graded is kept"


def awaited(address: str, workers: int, resources: Mapping[str, float]) -> str:
    """What is waited for, and what can be done.

    >>> print(awaited("tls://front:8786", 0, {}))
    waiting: no worker has joined the cluster
      at tls://front:8786
      expected workers of the same versions; it goes on by itself when one is there
      fix: start some, `dask worker tls://front:8786`; where Slurm starts them, `squeue --me` says
           what keeps them. Ctrl-C ends it: what is graded is kept

    """
    needed = "".join(f" --resources {name}={count:g}" for name, count in resources.items())
    what = (f"none of the {plural(workers, 'worker')} of the cluster has "
            f"{' and '.join(resources)}" if workers else "no worker has joined the cluster")
    return (
        f"waiting: {what}\n  at {address}\n"
        "  expected workers of the same versions; it goes on by itself when one is there\n"
        f"  fix: start some, `dask worker {address}{needed}`; where Slurm starts them, "
        "`squeue --me` says\n       what keeps them. Ctrl-C ends it: what is graded is kept")


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
        on_wait: told what is waited for, once, and again when all workers have gone.
    """

    def __init__(
        self, client: distributed.Client, made_by: Mapping[str, str], wall_s: float,
        resources: Mapping[str, float], started: Closing | None = None,
        on_wait: Callable[[str], None] = lambda said: None,
    ) -> None:
        self._client, self._made_by, self._wall_s = client, made_by, wall_s
        self._resources, self._started = resources, started
        self._slots, self._counted_until, self._on_wait = 1, 0.0, on_wait
        self._waits_from: float | None = time.monotonic()
        """None: it has been said."""
        self._waiting: deque[Pending] = deque()
        self._suspects: deque[Pending] = deque()
        self._tasks: dict[Any, tuple[Pending, ...]] = {}
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
        own = Pending(job, future)
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
                workers = list(self._client.scheduler_info()["workers"].values())
                self._slots = max(1, sum(one["nthreads"] for one in workers))
                self._await(now, len(workers), sum(map(self._suits, workers)))
            self._counted_until = now + COUNTED_S

    def _suits(self, worker: Mapping[str, Any]) -> bool:
        has = worker.get("resources") or {}
        return all(has.get(name, 0.0) >= needed for name, needed in self._resources.items())

    def _await(self, now: float, workers: int, suit: int) -> None:
        """Say it once if nobody has been there for a while to do what is waiting."""
        if suit or not (self._tasks or self._waiting or self._suspects):
            self._waits_from = now
        elif self._waits_from is not None and now >= self._waits_from + AWAITED_S:
            self._waits_from = None
            self._on_wait(awaited(self._address, workers, self._resources))

    def _begin(self, jobs: tuple[Pending, ...]) -> None:
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

    def _answered(self, jobs: tuple[Pending, ...], answer: Answer) -> None:
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

    def _failed(self, jobs: Sequence[Pending], error: BaseException) -> None:
        """The worker ended, or could not even begin: each job will be tried alone."""
        self._lost_once.update(job.name for job in jobs)
        said = ("the workers of the cluster that had it were killed"
                if type(error).__name__ == "KilledWorker" else f"its worker raised {error!r:.200}")
        for job in jobs:
            job.future.set_exception(LostError(said))
