"""The time that decides about points is the worker's own: a slow machine takes nothing from it."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels, stopwatch
from cgp_harness.sandbox.host.stopwatch import Stopwatch, cpu_s, waits
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError


@pytest.fixture
def clocks(monkeypatch):
    """Both clocks, and whether the process waits for the machine, to be set by hand."""
    clocks = SimpleNamespace(wall=100.0, cpu=7.0, waits=False)
    monkeypatch.setattr(stopwatch, "waits", lambda _: clocks.waits)
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(
        monotonic=lambda: clocks.wall, clock_gettime=lambda _: clocks.cpu))
    return clocks


def looked(clocks, *readings):
    """What a watch of 10 s, 60 s by the wall, says after these seconds of wall and CPU time.

    At readings that say so the process waits for the machine.
    """
    watch = Stopwatch(1, 10.0, 60.0)
    for wall, cpu, *waiting in readings:
        clocks.wall, clocks.cpu, clocks.waits = 100.0 + wall, 7.0 + cpu, any(waiting)
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
        ([(0.5 * k, 0.001 * k, True) for k in range(1, 1200)], "", 1.199),
        ([(0.5 * k, 0.001 * k, True) for k in range(1, 1220)], "machine", 1.203),
        ([(0.5 * k, 0.5 * k / 70, True) for k in range(1, 2000)], "machine", 8.7),
        ([(0.5 * k, 0.5 * k / 50, True) for k in range(1, 2000)], "cpu", 10.01),
        ([(0.5 * k, 0.001 * k, k < 500) for k in range(1, 2000)], "still", 10.521),
        ([(0.5 * k, 0.001 * k, k % 2) for k in range(1, 2000)], "still", 10.04),
        ([(0.5 * k, 0.02 * k, k % 2) for k in range(1, 2000)], "wall", 4.84),
        ([(0.5 * k, 0.25 * k, True) for k in range(1, 2000)], "cpu", 10.25),
    ],
    ids=["computes", "on a slow machine", "waits for its turn", "trickles", "stands still",
         "naps", "computes, then stands", "short rests", "a long rest", "the machine stood still",
         "for an hour", "again and again", "is not let to", "is never let to",
         "at a 70th of the speed", "at a 50th of the speed", "is not, then stands",
         "stands half of the time", "trickles half of the time", "computes at half speed"],
)
def test_what_counts_is_computing_and_standing_still(clocks, readings, passed, spent_s):
    assert looked(clocks, *readings) == (passed, pytest.approx(spent_s))


def test_who_may_compute_for_an_hour_is_not_held_up_by_it(clocks):
    watch = Stopwatch(1, 3600.0, 6 * 3600.0)
    for k in range(1, 3600):
        clocks.wall, clocks.cpu, clocks.waits = 100.0 + k, 7.0 + k, True
        assert not watch.ended()


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process waits for")
def test_a_process_that_would_compute_waits_for_the_machine_and_one_that_sleeps_does_not():
    # In 200 looks: a process that computes may have to wait for a byte of its own text, and one
    # that sleeps has been computing before.
    for text, expected in [("while True: pass", True), ("import time; time.sleep(600)", False)]:
        with subprocess.Popen([sys.executable, "-c", text]) as child:
            try:
                assert any(_settled(child.pid) is expected for _ in range(200))
            finally:
                child.kill()
    assert not waits(child.pid)


def _settled(pid):
    """What ten looks in turn say; None if not the same."""
    seen = set()
    for _ in range(10):
        time.sleep(0.02)
        seen.add(waits(pid))
    return seen.pop() if len(seen) == 1 else None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process waits for")
def test_a_rule_that_is_not_let_to_compute_loses_nothing_and_a_sleeper_is_stopped(monkeypatch):
    # That other programs have the processors is shown as what it looks like from outside: it
    # would compute, for 2 s, and its CPU time stands still.
    monkeypatch.setattr(stopwatch, "cpu_s", lambda _: 1.0)
    text = RULE.replace(
        "return g", "begun = time.process_time()\n    while time.process_time() - begun < 2: pass\n"
        "    return lr * g") + RULE.replace("sgd", "sleeper").replace(
            "return g", "time.sleep(600)\n    return lr * g")
    submission = Submission("ada", (SourceFile("a.py", text.encode()),))
    run = Trajectory(shapes=((1,),), gradients=np.ones((1, 1)), hyperparameters={})
    with WorkerSubject(submission, Limits(request_s=1.2), levels.choose("auto")) as subject:
        rules = subject.of("optimizer")
        assert rules.trajectory("sgd", run, "numpy").values.tolist() == [[1e-3]]
        with pytest.raises(SubjectError) as caught:
            rules.trajectory("sleeper", run, "numpy")
    assert caught.value.problem == Problem(
        Status.TIMEOUT, "no answer within 1.2 s; the worker was stopped")


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
        ("while True: time.sleep(0.5)", {"load_s": 1.5},
         left_out("importing a.py took longer than 1.5 s")),
        ("while True: pass", {"total_s": 0.5},
         Problem(Status.TIMEOUT, "the submission has used up its 0.5 s of CPU time", "a.py")),
        ("time.sleep(60)", {"total_s": 1.2},
         Problem(Status.TIMEOUT, "the submission has used up its 1.2 s", "a.py")),
    ],
    ids=["computes", "sleeps", "naps", "computes on", "sleeps on"],
)
def test_each_end_has_its_words(last, limits, expected):
    assert problem_of(RULE + last, **limits) == expected


def test_a_file_that_works_little_ends_by_the_wall_clock(monkeypatch):
    # One that computes a tenth of the time, as it looks from outside on a machine with nothing
    # else to do.
    monkeypatch.setattr(stopwatch, "waits", lambda _: False)
    monkeypatch.setattr(stopwatch, "cpu_s", lambda _: time.monotonic() / 10)
    assert problem_of(RULE + "time.sleep(60)", load_s=0.7) == left_out(
        "importing a.py took longer than 4.2 s")
