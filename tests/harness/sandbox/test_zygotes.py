"""Workers that are forked: they share imports, and nothing else."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from cgp_harness.errors import MachineError
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.processes import launch, zygotes
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.host.view import view
from cgp_harness.sandbox.protocol.forking import HasEnded
from cgp_harness.sandbox.protocol.messages import Held
from cgp_harness.task import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
RUN = Trajectory(((1,),), np.array([[1.0]]), {"lr": 0.5})
needs_landlock = pytest.mark.skipif(
    bool(levels.available()["landlock"]), reason="no landlock here")
NOTHING = Held((), (), ())
RULE = """
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=0.1):
    return lr * g
"""


def loaded(text, level="plain"):
    """What a submission of this text prints while it is loaded."""
    with WorkerSubject(
            Submission("ada", (SourceFile("a.py", (text + RULE).encode()),)), Limits(), level
    ) as subject:
        assert [one.name for one in subject.manifest.registered] == ["sgd"]
    return subject.output


@pytest.fixture
def own(monkeypatch):
    """No process but those of this test."""
    kept = {}
    monkeypatch.setattr(zygotes, "_zygotes", kept)
    yield kept
    for one in kept.values():
        if one is not None:
            one.close()


@pytest.fixture
def started(monkeypatch):
    """Workers that are started one by one."""
    monkeypatch.setattr(launch, "zygote", lambda place, held, level: None)


DRAWN = "import random, numpy\nprint(random.random(), numpy.random.rand(), len({'a', 'b'}))"


def test_each_begins_as_if_it_had_been_started(own, monkeypatch):
    first = loaded(DRAWN)
    assert loaded(DRAWN) == first
    monkeypatch.setattr(launch, "zygote", lambda place, held, level: None)
    assert loaded(DRAWN) == first


def test_what_one_changes_no_other_finds(own):
    text = """
import builtins, json, os, sys
print(hasattr(builtins, "left"), hasattr(json, "left"), "LEFT" in os.environ, len(sys.path))
builtins.left = json.left = os.environ["LEFT"] = "left"
sys.path.append("left")
"""
    first = loaded(text)
    assert first.startswith("False False False ")
    assert loaded(text) == first
    assert len(own) == 1


@pytest.mark.parametrize("how", ["forked", "started"])
def test_it_holds_its_own_link_and_output_and_no_other_descriptor(own, how, request):
    if how == "started":
        request.getfixturevalue("started")
    printed = loaded("""
import os
for one in sorted(os.listdir("/proc/self/fd"), key=int):
    try:
        print(one, os.readlink(f"/proc/self/fd/{one}").partition(":")[0])
    except FileNotFoundError:
        pass  # of the listing itself
""")
    numbered = [line.split() for line in printed.splitlines()]
    assert [what for _, what in numbered] == ["/dev/null", "pipe", "pipe", "socket"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every process")
def test_nobody_may_look_into_it(own):
    zygote = zygotes.zygote(view(), NOTHING, "plain")
    assert not os.access(f"/proc/{zygote._process.pid}/environ", os.R_OK)


@needs_landlock
def test_the_paths_that_a_zygote_has_open_are_none_of_a_worker_s(own):
    """They are opened once for all workers: 300 descriptors, which each of these closes."""
    text = """
import os

def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True

print([number for number in range(4096) if is_open(number)])
"""
    assert len(eval(loaded(text, "landlock"))) == 4  # three, and its link


@needs_landlock
def test_of_two_workers_of_one_zygote_neither_reads_the_other_s_folder(own):
    text = """
import os

def read(folder):
    try:
        open(os.path.join(folder, "a.py")).close()
        return "read"
    except PermissionError:
        return "refused"

print(read(os.getcwd()), read(OTHER))
"""
    ada = Submission("ada", (SourceFile("a.py", RULE.encode()),))
    with WorkerSubject(ada, Limits(), "landlock") as first:
        assert first.manifest.registered
        other = str(first._workers._talk._worker.folder)
        assert loaded(text.replace("OTHER", repr(other)), "landlock") == "read refused\n"
        assert [one.workers for one in own.values()] == [1]


def test_a_zygote_serves_one_level_and_one_that_was_begun_serves_the_first(own):
    zygotes.begin(view().root, NOTHING)
    [begun] = own.values()
    zygotes.begin(view().root, NOTHING)
    assert zygotes.zygote(view(), NOTHING, "plain") is begun
    zygotes.begin(view().root, NOTHING)
    assert [key[2] for key in own] == ["plain"]
    assert zygotes.zygote(view(), NOTHING, "container_partly") is not begun
    assert [key[2] for key in own] == ["plain", "container_partly"]


def test_so_many_are_kept_and_no_busy_one_is_ended(own, monkeypatch):
    monkeypatch.setattr(zygotes, "KEPT", 1)
    busy = zygotes.zygote(view(), NOTHING, "plain")
    busy.workers = 1
    kept = [
        zygotes.zygote(view(), Held((), (), (f"cgp_harness.kinds.{name}",)), "plain")
        for name in ("optimizer", "activation", "backprop")]
    assert list(own.values()) == [busy, *kept[1:]]
    assert [one.is_gone() for one in kept] == [True, False, False]
    assert zygotes.zygote(view(), NOTHING, "plain") is busy
    assert list(own.values()) == [kept[2], busy]
    assert [one.is_gone() for one in (busy, *kept)] == [False, True, True, False]


def test_a_package_that_cannot_be_imported_is_told_by_a_worker_that_is_started(own):
    subject = WorkerSubject(
        Submission("ada", (SourceFile("a.py", RULE.encode()),)), Limits(), "plain",
        imports=("cgp_no_such_module",))
    with subject, pytest.raises(MachineError) as caught:
        assert subject.manifest
    assert str(caught.value) == (
        "a package that submissions use does not work on this machine: cgp_no_such_module "
        "cannot be imported: ModuleNotFoundError: No module named 'cgp_no_such_module'\n  "
        "expected it to work inside a worker, as it does outside\n  fix: `cgp doctor` tries "
        "this installation; no submission loses points for it")
    assert list(own.values()) == [None]


def test_when_it_is_gone_its_workers_are_and_that_is_no_students_fault(own):
    with WorkerSubject(
            Submission("ada", (SourceFile("a.py", RULE.encode()),)), Limits(), "plain") as subject:
        assert subject.manifest.registered
        [zygote] = own.values()
        pid = subject._workers._talk.pid
        os.kill(zygote._process.pid, signal.SIGKILL)
        with pytest.raises(MachineError, match="the process that workers are forked from is gone"):
            subject.of("optimizer").trajectory("sgd", RUN)
        assert gone(pid)
        assert subject.of("optimizer").trajectory("sgd", RUN).values.tolist() == [[0.5]]


def test_a_worker_that_cannot_be_forked_is_started(own, monkeypatch):
    def ended(*_):
        raise ConnectionResetError("it has ended")

    monkeypatch.setattr(zygotes.Zygote, "fork", ended)
    assert loaded("print('here')\n") == "here\n"


def test_what_was_interrupted_answers_no_later_question(own, monkeypatch):
    with WorkerSubject(
            Submission("ada", (SourceFile("a.py", RULE.encode()),)), Limits(), "plain") as subject:
        assert subject.manifest.registered
        [zygote] = own.values()

        def interrupted(packet):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(zygotes, "decode_child", interrupted)
            with pytest.raises(KeyboardInterrupt):
                zygote.told(HasEnded(subject._workers._talk.pid))
        assert zygote.is_gone()
        with pytest.raises(MachineError, match="the process that workers are forked from is gone"):
            subject.of("optimizer").trajectory("sgd", RUN)


def gone(pid):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.01)
    return False


GRADER = """
import sys, time
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host.processes import zygotes
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.task import Limits

subject = WorkerSubject(
    Submission("ada", (SourceFile("a.py", sys.argv[1].encode()),)), Limits(), "plain")
subject.__enter__()
subject.manifest
[zygote] = zygotes._zygotes.values()
print(zygote._process.pid, subject._workers._talk.pid, flush=True)
time.sleep(60)
"""


def test_a_grader_that_is_killed_leaves_neither():
    grader = subprocess.Popen(
        [sys.executable, "-c", GRADER, RULE], stdout=subprocess.PIPE, text=True)
    with grader:
        both = [int(number) for number in grader.stdout.readline().split()]
        grader.kill()
    assert len(both) == 2
    assert all(map(gone, both))


def test_a_fork_of_the_grader_leaves_them_to_it(own):
    held = Held((), (), ("cgp_harness.kinds.backprop",))
    zygote = zygotes.zygote(view(), held, "plain")
    child = os.fork()
    if child == 0:
        os._exit(len(zygotes._zygotes))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert zygotes.zygote(view(), held, "plain") is zygote
    assert launch.WorkerProcess(view(), held).end().code == -signal.SIGKILL
