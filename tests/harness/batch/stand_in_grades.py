"""Stand-ins for `pipeline.grade`, imported by name in grader processes: good, dying, hanging."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cgp_harness import temporary
from cgp_harness.errors import HarnessError
from cgp_harness.model import CheckResult, Status, Submission, SubmissionReport, Visibility


def text_of(submission: Submission) -> str:
    return submission.files[0].content.decode()


def report(submission: Submission, assignment, score: float, status=Status.GRADED, message=""):
    most = assignment.max_score
    check = CheckResult(
        id="adam.loads", task="adam", kind="loads", title="Adam: loads", score=score,
        status=Status.PASSED if score else Status.FAILED, max_score=most,
        visibility=Visibility.VISIBLE, message=message, equation="",
    )
    return SubmissionReport(
        submission.id, tuple(file.path for file in submission.files), submission.sha256, status,
        score, most, 100 * score / most, 0.0, 0.0, (check,),
    )


def grade(submission, assignment, *, seed, isolation, device):
    """Score: the length of the first file; the message says which process it was."""
    said = f"{seed} {isolation} {device} {os.getpid()}"
    return report(submission, assignment, float(len(text_of(submission))), message=said)


def behave(submission, assignment, *, seed, isolation, device):
    """What the first file says; a path after it is a trace of every try."""
    command, _, trace = text_of(submission).partition(" ")
    if trace:
        with Path(trace).open("a", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")
    match command:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(7)
        case "hang" | "hang_deaf" | "hang_at_first" | "kill_driver":
            _hang(command, trace)
        case "shrink" | "swallow":
            {"shrink": _shrink_for_ever, "swallow": _swallow_for_ever}[command]()
        case "orphan":
            # A worker that would outlive its grader.
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            Path(trace).write_text(str(child.pid), encoding="ascii")
            time.sleep(600)
        case "raise":
            raise ZeroDivisionError("hidden 0.125")
        case "explain":
            raise HarnessError("no worker can be started")
        case "not_plain":
            return report(submission, assignment, float("nan"))
        case "slow":
            time.sleep(0.2)
        case "leave":
            _leave_a_folder(trace)
        case "die_once" if _tries(trace) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
    return report(submission, assignment, 1.0)


def _tries(trace):
    return len(Path(trace).read_text(encoding="ascii").split())


def _hang(command, trace):
    if command == "kill_driver":
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    if command == "hang_deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if command != "hang_at_first" or _tries(trace) == 1:
        time.sleep(600)


def _leave_a_folder(trace):
    with Path(trace).open("a", encoding="ascii") as file:
        file.write(f"{temporary.made('cgp-view-')}\n")
    os.kill(os.getpid(), signal.SIGKILL)


def _shrink_for_ever():
    """Hypothesis, in the middle of it."""

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(1, 10**6), min_size=60, max_size=60))
    def search(numbers):
        time.sleep(0.05)
        raise AssertionError

    search()
    time.sleep(600)


def _swallow_for_ever():
    while True:
        try:
            time.sleep(600)
        except BaseException:
            continue
