"""Keeps an engine busy: a window of jobs in flight, each tried again if its grader is lost."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import msgspec

from cgp_harness.batch.engines import Engine, LostError
from cgp_harness.batch.engines.process import Reply
from cgp_harness.errors import MachineError
from cgp_harness.model import SubmissionReport

TRIES = 3
WINDOW = 4
"""Jobs in flight for each slot: what an engine loses when it dies, and no more than it can hold."""
Jobs = Iterator[tuple[str, bytes]]
Done = Callable[[str, SubmissionReport | str], None]


def schedule(
    jobs: Jobs, engine: Engine, done: Done,
    meanwhile: Callable[[], None] = lambda: None, every_s: float | None = None,
) -> None:
    """Run every job; `done` gets its report, or the reason (a text) why there is none.

    Args:
        jobs: each with its name; taken one by one, as there is room in the window.
        meanwhile: called at least every so many seconds.

    Raises:
        ExplainedError: the engine as a whole cannot go on.
    """
    ended: queue.SimpleQueue[tuple[str, bytes, Future[bytes]]] = queue.SimpleQueue()
    tries: dict[str, int] = {}

    def submit(name: str, job: bytes) -> None:
        tries[name] = tries.get(name, 0) + 1
        engine.submit(job).add_done_callback(lambda future: ended.put((name, job, future)))

    more = True
    while more or tries:
        while more and len(tries) < WINDOW * engine.slots:
            following = next(jobs, None)
            more = following is not None
            if following is not None:
                submit(*following)
        if not tries:
            return
        try:
            name, job, future = ended.get(timeout=every_s)
        except queue.Empty:
            meanwhile()
            continue
        meanwhile()
        answer = _answer(future)
        if isinstance(answer, str) and tries[name] < TRIES:
            # Last in line: a submission that brings graders down delays no other.
            submit(name, job)
        else:
            del tries[name]
            done(name, answer)


def _answer(future: Future[bytes]) -> SubmissionReport | str:
    """The report in a reply, or the reason why there is none."""
    try:
        reply = msgspec.json.decode(future.result(), type=Reply)
    except LostError as error:
        return str(error)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"its reply cannot be read ({error})"
    if reply.refused:
        raise MachineError(
            f"a grader refuses to grade: {reply.refused}",
            fix="what is graded is kept; `cgp doctor` says more, on the grader's machine")
    return reply.report or reply.error
