"""A worker that no signal reaches: the machine is said to be the reason, and the grader goes on."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from cgp_harness.errors import MachineError
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels, stopwatch
from cgp_harness.sandbox.host.processes import spawned, zygotes
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol import ending
from cgp_harness.sandbox.protocol.ending import killed
from cgp_harness.task import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
SUBMISSION = Submission("ada", (SourceFile("a.py", b"""
from cgp_harness import optimizer
@optimizer
def sgd(g, lr=0.1):
    return lr * g
"""),))
RUN = Trajectory(((1,),), np.array([[1.0]]), {"lr": 0.5})
SAID = (
    "for 10 minutes a worker was not let go on\n"
    "  expected processors and a disk that are free now and then\n"
    "  fix: see what else runs on this machine, and whether a disk of it answers; then run the "
    "same command again, with fewer --jobs")
FREEZER = Path("/sys/fs/cgroup/freezer")


def sleeper():
    return subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)


def test_a_child_is_killed_and_what_it_used_is_known():
    process = sleeper()
    code, usage = killed(process.pid)
    process.returncode = code
    assert code == -signal.SIGKILL
    assert usage.ru_utime + usage.ru_stime > 0


@pytest.mark.parametrize("kill", ["kill", "killpg"])
def test_either_signal_is_enough(monkeypatch, kill):
    def gone(*_):
        raise ProcessLookupError

    monkeypatch.setattr(ending.os, kill, gone)
    process = sleeper()
    process.returncode, usage = killed(process.pid)
    assert (process.returncode, usage is None) == (-signal.SIGKILL, False)


def test_one_that_no_signal_ends_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(ending, "UNKILLABLE_S", 0.05)
    with monkeypatch.context() as deaf:
        for kill in ("kill", "killpg"):
            deaf.setattr(ending.os, kill, lambda *_: None)
        process = sleeper()
        assert killed(process.pid) == (-signal.SIGKILL, None)
        assert process.poll() is None
        monkeypatch.setattr(spawned, "started", lambda *_: process)
        ended = spawned.Spawned("", tmp_path, 0, 1, 2).end()
    assert ended == spawned.Ended(-signal.SIGKILL, False, 0.0, 0.0)
    os.kill(process.pid, signal.SIGKILL)
    os.waitpid(process.pid, 0)


def test_without_pidfd_it_is_waited_for(monkeypatch):
    monkeypatch.delattr(ending.os, "pidfd_open")
    process = sleeper()
    process.returncode, usage = killed(process.pid)
    assert (process.returncode, usage is None) == (-signal.SIGKILL, False)


def test_a_worker_that_the_machine_holds_up_is_no_fault_of_the_submission(monkeypatch):
    with WorkerSubject(SUBMISSION, Limits(), levels.choose("auto")) as subject:
        assert subject.manifest.registered
        monkeypatch.setattr(stopwatch, "HELD_UP_S", 0.1)
        monkeypatch.setattr(stopwatch, "waits", lambda _: True)
        monkeypatch.setattr(stopwatch, "cpu_s", lambda _: 0.0)
        os.kill(subject._workers._talk.pid, signal.SIGSTOP)
        with pytest.raises(MachineError) as caught:
            subject.of("optimizer").trajectory("sgd", RUN, "numpy")
        assert str(caught.value) == SAID
        assert not subject._workers.alive


@contextmanager
def frozen(pid):
    """The kernel holds a process, as a disk that is gone would: no signal reaches it."""
    group = FREEZER / f"cgp-test-{pid}"
    group.mkdir()
    try:
        (group / "tasks").write_text(f"{pid}\n")
        (group / "freezer.state").write_text("FROZEN\n")
        until = time.monotonic() + 10
        while "FROZEN" not in (group / "freezer.state").read_text() and time.monotonic() < until:
            time.sleep(0.01)
        yield
    finally:
        (group / "freezer.state").write_text("THAWED\n")
        until = time.monotonic() + 10
        while group.exists() and time.monotonic() < until:
            with suppress(OSError):
                group.rmdir()
            time.sleep(0.01)


@pytest.mark.long
@pytest.mark.skipif(
    not os.access(FREEZER / "tasks", os.W_OK), reason="nobody may freeze processes here")
@pytest.mark.parametrize("level", [
    name for name in ("landlock", "namespaces") if not levels.available()[name]])
def test_a_frozen_worker_is_given_up_and_the_next_one_is_graded(monkeypatch, level):
    kept = {}
    monkeypatch.setattr(zygotes, "_zygotes", kept)
    monkeypatch.setattr(stopwatch, "HELD_UP_S", 0.1)
    with WorkerSubject(SUBMISSION, Limits(), level) as subject:
        assert subject.manifest.registered
        with frozen(subject._workers._talk.pid):
            assert stopwatch.waits(subject._workers._talk.pid)
            with pytest.raises(MachineError) as caught:
                subject.of("optimizer").trajectory("sgd", RUN, "numpy")
            assert str(caught.value) == SAID
            with WorkerSubject(SUBMISSION, Limits(), level) as other:
                assert other.of("optimizer").trajectory("sgd", RUN, "numpy").values.tolist() == [
                    [0.5]]
    for one in kept.values():
        one.close()
