"""One grader process: takes jobs, grades them, gives reports, all as JSON bytes.

No pickle travels, and a reply is read with its types checked.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import traceback
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from cgp_harness import temporary
from cgp_harness.installed import typed
from cgp_harness.model import Submission, SubmissionReport
from cgp_harness.task import Assignment
from cgp_reference.errors import ExplainedError

PIPELINE = "cgp_harness.pipeline:grade"
# <linux/prctl.h>
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


class Job(msgspec.Struct, frozen=True):
    """One submission to grade, and how.

    Attributes:
        assignment: an `Assignment`, which travels whole, not as a path; encoded once for all.
        grade: `module:function` that grades.
        proves: likewise, what raises `MachineError` on a machine that misgrades; empty if that was
            tried where the grader runs.
        kept: a folder in which the graders of one run keep what is right for all submissions
            (`cgp_harness.probing.kept`); empty for none.
    """

    submission: Submission
    assignment: msgspec.Raw
    seed: int
    isolation: str
    device: str
    grade: str = PIPELINE
    proves: str = ""
    kept: str = ""


class Reply(msgspec.Struct, frozen=True):
    """What came of a job: a report, or the error that the grader itself ran into.

    Attributes:
        refused: why this machine grades nothing.
    """

    report: SubmissionReport | None = None
    error: str = ""
    refused: str = ""


class Said(msgspec.Struct, frozen=True):
    """Of a reply what an engine looks at: whether the grader failed."""

    error: str = ""


UNWINDING_S = 0.7
"""For the sandbox to end its workers; then the kernel ends the grader, and with it what is left."""
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[3]); "
    "from cgp_harness.batch.engines.process import main; "
    "main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[4])")


class StoppedError(BaseException):
    """The grader is told to stop. No `SystemExit`: Hypothesis takes that for a failing example."""


def command(link: int, folder: Path) -> list[str]:
    """How a grader is started that imports what this process can import.

    With `-P`: nothing is imported from the folder that somebody happens to be in, which may be full
    of submissions.
    """
    return [
        sys.executable, "-P", "-c", BOOT, str(link), str(os.getpid()), json.dumps(sys.path),
        str(folder)]


def main(link: int, driver: int, folder: str) -> None:
    """Serve jobs until the driver closes its end, dies, or says stop.

    Its temporary files are below the folder, and go with it.
    """
    _prepare(driver)
    temporary.take_over(Path(folder))
    jobs = Connection(link)
    try:
        while True:
            jobs.send_bytes(msgspec.json.encode(_reply(jobs.recv_bytes())))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except StoppedError:
        raise SystemExit(1) from None
    # The end of the driver is the end of the link and a signal: one must not disturb the other.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _reply(content: bytes) -> Reply:
    try:
        job = msgspec.json.decode(content, type=Job)
        if job.kept:
            from cgp_harness.probing import kept

            kept.use(Path(job.kept))
        assignment = _assignment(bytes(job.assignment))
        try:
            if job.proves:
                _named(job.proves)(
                    assignment, [job.submission], isolation=job.isolation, device=job.device)
        except ExplainedError as error:
            return Reply(refused=str(error))
        report = _named(job.grade)(
            job.submission, assignment, seed=job.seed, isolation=job.isolation, device=job.device)
        # Encoded here once: a report that is not plain data must fail as an error, not in main.
        msgspec.json.encode(report)
        return Reply(report=report)
    except Exception as error:
        # The whole trace is for the person at the terminal; a student's page gets one line.
        traceback.print_exc()
        said = f": {error.what}" if isinstance(error, ExplainedError) else ""
        return Reply(error=f"it raised {type(error).__name__}{said}")


def _named(function: str) -> Any:
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)


@lru_cache(1)
def _assignment(content: bytes) -> Assignment:
    return typed(msgspec.json.decode(content, type=Assignment))


def _prepare(driver: int) -> None:
    """End in order when told to, and with the driver. Ctrl-C, in a session of its own, is his."""
    signal.signal(signal.SIGTERM, _stop)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        # A driver that is killed takes its graders along.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        # No process of the same user, such as a submission's, can read this one's memory.
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if os.getppid() != driver:  # it died before PR_SET_PDEATHSIG was set
        raise SystemExit(1)


def _stop(number: int, frame: FrameType | None) -> None:
    """Unwind once, so that the sandbox ends its workers."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, UNWINDING_S)
    temporary.remove_all()  # there may be no time for it later
    raise StoppedError
