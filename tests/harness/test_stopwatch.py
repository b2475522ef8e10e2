"""The time that decides about points is the worker's own: a slow machine takes nothing from it."""

import os
from types import SimpleNamespace

import pytest

from cgp_harness.assignment import Limits
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels, stopwatch
from cgp_harness.sandbox.host.stopwatch import Stopwatch, cpu_s
from cgp_harness.sandbox.host.subject import WorkerSubject


@pytest.fixture
def clocks(monkeypatch):
    """Both clocks, to be set by hand."""
    clocks = SimpleNamespace(wall=100.0, cpu=7.0)
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(
        monotonic=lambda: clocks.wall, clock_gettime=lambda _: clocks.cpu))
    return clocks


def looked(clocks, *readings):
    """What a watch of 10 s, 60 s by the wall, says after these seconds of wall and CPU time."""
    watch = Stopwatch(1, 10.0, 60.0)
    for wall, cpu in readings:
        clocks.wall, clocks.cpu = 100.0 + wall, 7.0 + cpu
        if watch.ended():
            break
    return watch.passed, watch.spent_s


@pytest.mark.parametrize(
    ("readings", "passed", "spent_s"),
    [
        ([(9.0, 9.0), (10.5, 10.1)], "cpu", 10.1),
        ([(40.0, 5.0), (50.0, 9.0)], "", 9.0),
        ([(0.5 * k, 0.01 * k) for k in range(1, 100)], "", 0.99),
        ([(0.5 * k, 0.01 * k) for k in range(1, 200)], "wall", 1.21),
        ([(0.25 * k, 0.0) for k in range(1, 99)], "still", 11.0),
        ([(1.0 * k, 1e-4 * k) for k in range(1, 99)], "still", 10.001),
        ([(0.5 * k, min(0.5 * k, 6.0)) for k in range(1, 99)], "still", 11.0),
        ([(0.9, 0.0), (1.0, 0.1), (1.9, 0.1), (2.0, 0.2)], "", 0.2),
        ([(0.75, 0.0), (1.5, 0.0), (1.75, 0.1)], "", 1.5 + 0.1),
        ([(55.0, 0.0), (55.1, 0.1)], "", 1.0 + 0.1),
        ([(0.1, 0.1), (3600.0, 0.1), (3600.1, 0.2)], "", 1.0 + 0.2),
        ([(20.0 * k, 0.02 * k) for k in range(1, 59)], "", 1.16),
    ],
    ids=["computes", "on a slow machine", "waits for its turn", "trickles", "stands still",
         "naps", "computes, then stands", "short rests", "a long rest", "the machine stood still",
         "for an hour", "again and again"],
)
def test_what_counts_is_computing_and_standing_still(clocks, readings, passed, spent_s):
    assert looked(clocks, *readings) == (passed, pytest.approx(spent_s))


def test_the_time_of_a_process_that_is_gone_stands(clocks, monkeypatch):
    watch = Stopwatch(1, 10.0, 60.0)
    clocks.cpu += 2.0
    watch.look()

    def gone(_):
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(stopwatch.time, "clock_gettime", gone)
    watch.look()
    assert watch.spent_s == 2.0


def test_another_process_tells_its_time():
    assert 0.0 < cpu_s(os.getpid()) <= cpu_s(os.getpid())


RULE = """
import time
from cgp_harness import optimizer
@optimizer
def sgd(g, lr=1e-3):
    return g
"""


def left_out(what):
    return Problem(
        Status.TIMEOUT, f"{what}; this statement is left out, and all else counts", "a.py:7")


def problem_of(text, **limits):
    submission = Submission("ada", (SourceFile("a.py", text.encode()),))
    with WorkerSubject(submission, Limits(**limits), levels.choose("auto")) as subject:
        return subject.manifest.problems[0]


@pytest.mark.parametrize(
    ("last", "limits", "expected"),
    [
        ("while True: pass", {"load_s": 0.5},
         Problem(Status.TIMEOUT, "a statement that computed for too long was stopped, and all else "
                 "counts", "a.py:7", "at most 0.5 s of CPU time for a file, half of it in one go",
                 "leave out of what you hand in whatever trains for long")),
        ("time.sleep(60)", {"load_s": 1.2}, left_out("importing a.py took longer than 1.2 s")),
        ("while True:\n    begun = time.process_time()\n    time.sleep(0.06)\n"
         "    while time.process_time() - begun < 1e-3: pass", {"load_s": 0.7},
         left_out("importing a.py took longer than 4.2 s")),
        ("while True: time.sleep(0.5)", {"load_s": 1.5},
         left_out("importing a.py took longer than 1.5 s")),
        ("while True: pass", {"total_s": 0.5},
         Problem(Status.TIMEOUT, "the submission has used up its 0.5 s of CPU time", "a.py")),
        ("time.sleep(60)", {"total_s": 1.2},
         Problem(Status.TIMEOUT, "the submission has used up its 1.2 s", "a.py")),
    ],
    ids=["computes", "sleeps", "works little", "naps", "computes on", "sleeps on"],
)
def test_each_end_has_its_words(last, limits, expected):
    assert problem_of(RULE + last, **limits) == expected
