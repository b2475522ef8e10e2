"""Control groups of workers: on a folder that is shaped like the kernel's, and in the kernel's own.

No machine of ours offers the controllers for memory and processes, so that what they do is a
stand-in here; groups, members and their removal are the kernel's where it lets us make any.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cgp_harness.errors import MachineError
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels, problems
from cgp_harness.sandbox.host.processes import cgroups
from cgp_harness.sandbox.host.processes.spawned import Ended
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError
from cgp_harness.task import Limits
from tests.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
FILES = ("cgroup.procs", "cgroup.subtree_control", "memory.max", "memory.swap.max", "pids.max",
         "memory.events")
MIB = 1 << 20
RULE = b"""
from cgp_harness import optimizer
@optimizer
def sgd(g, lr=0.1):
    return lr * g
"""


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A folder shaped like a group, in which groups have their files, and what `/proc/self` says.

    A group with a process that runs is not removed.
    """
    root, process = tmp_path / "cgroup", tmp_path / "self"
    make, remove = Path.mkdir, Path.rmdir

    def mkdir(path, *arguments, **options):
        make(path, *arguments, **options)
        if path.is_relative_to(root):
            for name in FILES:
                (path / name).touch()
            (path / "cgroup.controllers").write_text("cpu memory pids\n")

    def rmdir(path):
        if path.is_relative_to(root):
            said = (path / "cgroup.procs").read_text().split()
            if any(Path("/proc", pid).exists() for pid in said):
                raise OSError(16, "Device or resource busy")
            shutil.rmtree(path)
        else:
            remove(path)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    monkeypatch.setattr(Path, "rmdir", rmdir)
    monkeypatch.setattr(cgroups, "LEAVES_S", 0.0)
    root.mkdir()
    (root / "mine").mkdir()
    process.mkdir()
    (process / "mounts").write_text(f"proc /proc proc rw 0 0\ncgroup2 {root} cgroup2 rw 0 0\n")
    (process / "cgroup").write_text("4:memory:/elsewhere\n0::/mine\n")
    return root / "mine", process


@pytest.fixture
def home(kernel, monkeypatch):
    """Workers get groups there."""
    place = cgroups.Home(kernel[0])
    monkeypatch.setattr(cgroups, "home", lambda: place)
    return kernel[0]


def folders(place):
    return sorted(one.name for one in place.iterdir() if one.is_dir())


def test_who_shares_controllers_out_moves_below_first(kernel):
    own, process = kernel
    assert cgroups._home(process) == cgroups.Home(own)
    assert folders(own) == ["cgp"]
    assert (own / "cgp" / "cgroup.procs").read_text() == f"{os.getpid()}\n"
    assert (own / "cgroup.subtree_control").read_text() == "+memory +pids\n"
    # A grader begins where its driver has moved.
    (process / "cgroup").write_text("0::/mine/cgp\n")
    assert cgroups._home(process) == cgroups.Home(own)
    assert folders(own) == ["cgp"]


def test_a_group_with_other_programs_is_left_as_it_was(kernel, monkeypatch):
    own, process = kernel
    (own / "cgroup.subtree_control").unlink()  # the kernel says EBUSY; that it fails is the same
    assert cgroups._home(process) == cgroups.Home(
        missing=f"{own} is not for this command alone")
    assert (own / "cgroup.procs").read_text() == f"{os.getpid()}\n"


@pytest.mark.parametrize(("file", "text", "missing"), [
    ("self/cgroup", "4:memory:/elsewhere\n", "the kernel has no control groups of version 2"),
    ("self/mounts", "proc /proc proc rw 0 0\n", "the kernel has no control groups of version 2"),
    ("cgroup/mine/cgroup.controllers", "cpu pids\n", "there is no controller memory in {own}"),
    ("cgroup/mine/cgroup.controllers", "\n", "there is no controller memory or pids in {own}"),
    ("self/cgroup", "0::/../outside\n", "No such file or directory"),
])
def test_it_is_said_why_there_are_none(kernel, tmp_path, file, text, missing):
    own, process = kernel
    (tmp_path / file).write_text(text)
    assert cgroups._home(process) == cgroups.Home(missing=missing.format(own=own))


@pytest.mark.parametrize(("gpu", "memory", "pids"), [
    (False, (100 + 512) * MIB, 64), (True, (100 + 512 + 2048) * MIB, 256)])
def test_a_group_bounds_memory_without_swap_and_processes(home, gpu, memory, pids):
    group = cgroups.group(100, gpu=gpu)
    group.take(1)
    [name] = folders(home)
    assert {one: (home / name / one).read_text() for one in FILES} == {
        "memory.max": f"{memory}\n", "memory.swap.max": "0\n", "pids.max": f"{pids}\n",
        "cgroup.procs": "1\n", "cgroup.subtree_control": "", "memory.events": ""}
    group.close()
    assert folders(home) == [name]  # process 1 runs
    (home / name / "cgroup.procs").write_text("")
    group.close()
    assert folders(home) == []


@pytest.mark.parametrize(("events", "full"), [
    ("low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\n", True),
    ("max 0\noom 0\noom_kill 1\n", False), ("max 9\noom 1\noom_kill 0\n", False), ("", False),
], ids=["its own memory", "the machine's", "nobody was killed", "nothing"])
def test_whose_memory_was_full_is_told_apart(home, events, full):
    group = cgroups.group(100, gpu=False)
    (home / folders(home)[0] / "memory.events").write_text(events)
    assert group.was_full() is full


def test_what_killed_graders_left_is_removed_and_what_others_use_stays(kernel):
    own, process = kernel
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    for pid in (gone.pid, os.getpid(), os.getppid()):
        (own / f"cgp-{pid}-1").mkdir()
    (own / "somebody's").mkdir()
    cgroups._home(process)
    stay = [f"cgp-{os.getpid()}-1", f"cgp-{os.getppid()}-1", "somebody's"]
    assert folders(own) == sorted(["cgp", *stay])
    cgroups._sweep(own, mine=True)
    assert folders(own) == sorted(["cgp", *stay[1:]])


def worker(home):
    """The folder of the only group, and the process in it."""
    [name] = folders(home)
    return home / name, int((home / name / "cgroup.procs").read_text())


def test_a_worker_is_in_a_group_before_it_loads_and_the_group_ends_with_it(home):
    submission = Submission("ada", (SourceFile("a.py", RULE),))
    with WorkerSubject(submission, Limits(memory_mib=300), levels.choose("auto")) as subject:
        assert subject.manifest.registered
        folder, pid = worker(home)
        assert pid == subject._workers._talk.pid
        assert (folder / "memory.max").read_text() == f"{(300 + 512) * MIB}\n"
    assert folders(home) == []


@pytest.mark.parametrize(("events", "expected"), [
    ("oom 1\noom_kill 1\n",
     Problem(Status.OUT_OF_MEMORY, "the submission needed more than 300 MiB of memory")),
    ("oom 0\noom_kill 1\n", None),
])
def test_who_fills_the_group_is_told_of_memory_and_no_grader_is_to_blame(home, events, expected):
    submission = Submission("ada", (SourceFile("a.py", RULE),))
    run = Trajectory(((1,),), np.array([[1.0]]), {"lr": 0.5})
    with WorkerSubject(submission, Limits(memory_mib=300), levels.choose("auto")) as subject:
        assert subject.manifest.registered
        folder, pid = worker(home)
        (folder / "memory.events").write_text(events)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(SubjectError if expected else problems.KilledError) as caught:
            subject.of("optimizer").trajectory("sgd", run, "numpy")
    assert getattr(caught.value, "problem", None) == expected
    assert folders(home) == []


def test_of_two_causes_of_death_memory_is_told():
    ended = Ended(-signal.SIGKILL, by_itself=True, cpu_s=0.1, memory_mib=1.0, full=True)
    assert problems.of_death(ended, Limits(memory_mib=64), 10) == Problem(
        Status.OUT_OF_MEMORY, "the submission needed more than 64 MiB of memory")


def test_a_group_that_can_no_longer_be_made_is_the_machine_s_failure(home, monkeypatch):
    def refused(*arguments, **options):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(cgroups, "Group", refused)
    submission = Submission("ada", (SourceFile("a.py", RULE),))
    with (WorkerSubject(submission, Limits(), levels.choose("auto")) as subject,
          pytest.raises(MachineError) as caught):
        _ = subject.manifest
    assert str(caught.value) == (
        "a worker cannot be put into a control group: [Errno 11] Resource temporarily unavailable")


IN_THE_KERNEL = """
import subprocess, sys
from pathlib import Path
from cgp_harness.sandbox.host.processes import cgroups
root = Path(sys.argv[1])
cgroups.CONTROLLERS = ()
write = cgroups._write
cgroups._write = lambda file, what: (
    file.name in ("memory.max", "pids.max", "cgroup.subtree_control") or write(file, what))
own = root / "cgp-of-a-test"
own.mkdir()
began = Path("/proc/self/cgroup").read_text().partition("0::")[2].strip()
try:
    write(own / "cgroup.procs", 0)
    place = cgroups._home(Path("/proc/self"))
    print(place.missing, place.folder == own)
    print(Path("/proc/self/cgroup").read_text().partition("0::")[2].strip())
    again = cgroups._home(Path("/proc/self"))
    print(again == place)
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    group = cgroups.Group(place.folder, 64)
    group.take(sleeper.pid)
    print(group._folder.name in Path(f"/proc/{sleeper.pid}/cgroup").read_text())
    print(cgroups._removed(group._folder))
    sleeper.kill()
    sleeper.wait()
    group.close()
    print(sorted(one.name for one in own.iterdir() if one.is_dir()))
finally:
    write(root / began.lstrip("/") / "cgroup.procs", 0)
    cgroups._removed(own / "cgp")
    cgroups._removed(own)
"""


def unified():
    """Where groups of version 2 are mounted, if this user may make some there."""
    mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    for line in mounts:
        _, place, kind, *_ = line.split()
        if kind == "cgroup2" and os.access(Path(place, "cgroup.procs"), os.W_OK) and os.access(
                place, os.W_OK):
            return place
    return ""


@pytest.mark.skipif(
    sys.platform != "linux" or not unified(), reason="nobody may make control groups here")
def test_in_the_kernel_itself_a_worker_is_moved_and_its_group_removed():
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_KERNEL, unified()], capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.stdout.splitlines() == [
        " True", done.stdout.splitlines()[1], "True", "True", "False", "['cgp']"], done.stderr
    assert done.stdout.splitlines()[1].endswith("/cgp-of-a-test/cgp")
    assert not Path(unified(), "cgp-of-a-test").exists()
