"""The level `namespaces`: all that `landlock` promises, and a machine of which little is there."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import advice, levels
from cgp_harness.sandbox.host.processes import launch, zygotes
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.lockdown import namespaces, privileges
from cgp_harness.sandbox.protocol.homes import SCRATCH
from cgp_harness.subject import SubjectError
from cgp_harness.task import Limits
from tests.harness.attacks.test_attacks import (
    ARMED,
    HONEST,
    STOPPED,
    STOPPED_BY_LANDLOCK,
    STUDENT,
    answer,
    source_of,
)
from tests.harness.sandbox.test_lockdown import probes
from tests.harness.sandbox.test_zygotes import RULE, RUN, gone

LEVEL = "namespaces"
MISSING = levels.available()[LEVEL]
needs_namespaces = pytest.mark.skipif(bool(MISSING), reason=f"no namespaces here: {MISSING}")
ATTEMPT = """
import os

def attempt(function, *arguments):
    try:
        return function(*arguments)
    except OSError as error:
        return type(error).__name__
"""


@pytest.fixture(params=["forked", "started"])
def mode(request, monkeypatch):
    """Workers that are forked, and those that are started one by one."""
    if request.param == "started":
        monkeypatch.setattr(launch, "zygote", lambda place, held, level: None)
    return request.param


@pytest.fixture
def secret(tmp_path):
    """A file beside everything; it must stay what it is."""
    path = tmp_path / "secret"
    path.write_text("expected values")
    yield path
    assert path.read_text() == "expected values"


def told(text):
    """What a submission of this text prints while it is loaded."""
    with WorkerSubject(Submission("ada", (
            SourceFile("a.py", (ATTEMPT + text + RULE).encode()),)), Limits(), LEVEL) as subject:
        assert [one.name for one in subject.manifest.registered] == ["sgd"]
        assert subject.manifest.problems == ()
    return subject.output.splitlines()


@needs_namespaces
@pytest.mark.parametrize("name", STOPPED_BY_LANDLOCK)
def test_what_landlock_stops_is_stopped(name, secret):
    with pytest.raises(SubjectError) as caught:
        answer(ARMED + source_of(name, secret), LEVEL, name)
    assert caught.value.problem.status == STUDENT


@needs_namespaces
@pytest.mark.parametrize("name", [
    "exit_in_step", "forged_frame", "memory", "memory_sealed", "recursion",
    "sys_exit_in_step"])
def test_the_attack_is_stopped_as_at_every_level(name, secret):
    with pytest.raises(SubjectError) as caught:
        answer(source_of(name, secret), LEVEL, name)
    assert (caught.value.problem.status, caught.value.problem.what) == STOPPED[name]


@needs_namespaces
def test_the_first_process_of_a_namespace_cannot_stop_itself(secret):
    values, printed = answer(source_of("stop_itself", secret), LEVEL, "stop_itself")
    assert (values.tolist(), printed) == ([0.0, 0.0, 0.0], "")


@needs_namespaces
def test_an_honest_submission_answers(mode):
    values, printed = answer(HONEST, LEVEL)
    assert (values.tolist(), printed) == ([0.5, -1.0, 2.0], "")


@needs_namespaces
def test_of_the_machine_s_folders_those_on_the_way_to_what_is_readable_are_there(mode, tmp_path):
    places = [
        str(tmp_path), f"/..{tmp_path}", "/../etc/passwd", "/etc/passwd", "/home", "/proc/self",
        "/proc/1", "/dev/shm", "/var"]
    assert told(f"""
print([one for one in {places!r} if os.path.exists(one)])
print(os.getcwd(), sorted(os.listdir(".")), attempt(os.listdir, "/"), attempt(os.listdir, ".."))
""") == ["[]", "/submission ['a.py'] PermissionError PermissionError"]


@needs_namespaces
def test_no_other_process_and_no_network_is_there(mode):
    """Asked of Python, which is not the boundary: the calls themselves are refused, too."""
    assert told("""
print(os.getpid(), os.getppid(), os.uname().nodename)
print(attempt(os.kill, 2, 0), attempt(os.getpgid, 2))
""") == ["1 0 worker", "PermissionError ProcessLookupError"]


@needs_namespaces
def test_a_worker_has_no_descriptor_that_leads_out(mode):
    [found] = told("""
def kind(number):
    try:
        return os.fstat(number).st_mode >> 12
    except OSError:
        return 0

print(sorted(kind(number) for number in range(4096) if kind(number)))
""")
    assert found in ("[1, 1, 2, 12]", "[1, 1, 12]", "[1, 1, 2, 12, 12]")


@needs_namespaces
def test_modules_can_be_imported_later(mode):
    assert told("""
import asyncio, email.message, locale, smtplib, socket
import numpy.fft, matplotlib.colors
print("imported")
""") == ["imported"]


@needs_namespaces
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another")
def test_root_becomes_nobody_wherever_its_python_lies(mode):
    assert told("print(os.getresuid(), os.getresgid(), os.getgroups())") == [
        "(65534, 65534, 65534) (65534, 65534, 65534) []"]


@needs_namespaces
@pytest.mark.parametrize(("ends", "said"), [
    ("os.abort()", "the process was ended by SIGABRT"),
    ("os._exit(7)", "the process ended itself with exit code 7"),
    ("ctypes.string_at(1)", "the process was ended by SIGSEGV")])
def test_how_a_worker_ended_is_told_as_at_any_level(mode, ends, said):
    text = RULE.replace("    return", f"    {ends}\n    return", 1)
    submission = Submission("ada", (SourceFile("a.py", f"import ctypes, os\n{text}".encode()),))
    with (WorkerSubject(submission, Limits(), LEVEL) as subject,
          pytest.raises(SubjectError) as caught):
        subject.of("optimizer").trajectory("sgd", RUN, "numpy")
    assert caught.value.problem.what == said


UNREFUSED = """
from cgp_harness.sandbox.worker.refusing import refusals
refusals._JUDGES.clear()
"""


@pytest.mark.parametrize("level", ["plain", "landlock", "namespaces"])
@pytest.mark.parametrize("wanted", [
    "tempfile.TemporaryFile()", "tempfile.mkdtemp()",
    "open(os.environ['HOME'] + '/tmp12345678', 'w')",
    "np.save(tempfile.gettempdir() + '/tmp12345678', g)"])
def test_no_verdict_depends_on_a_level_that_lets_a_library_write(level, wanted):
    if levels.available()[level]:
        pytest.skip(levels.available()[level])
    text = RULE.replace("    return", f"    {wanted}\n    return", 1)
    submission = Submission("ada", (SourceFile(
        "a.py", f"import os, tempfile\nimport numpy as np\n{text}".encode()),))
    with (WorkerSubject(submission, Limits(), level) as subject,
          pytest.raises(SubjectError) as caught):
        subject.of("optimizer").trajectory("sgd", RUN, "numpy")
    assert (caught.value.problem.what, caught.value.problem.fix) == (
        "a submission may not write files (step 1)", "print it, or keep it in a variable")


@needs_namespaces
def test_the_scratch_folder_takes_what_fits_and_ends_with_its_worker(mode):
    text = f"""{UNREFUSED}
import tempfile

print(os.listdir({SCRATCH!r}), tempfile.gettempdir(), os.environ["HOME"])
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "one"), "wb") as file:
        file.write(bytes(1000))
    os.rename(os.path.join(folder, "one"), os.path.join(folder, "two"))
    print(os.listdir(folder), len(os.listdir({SCRATCH!r})))

def fill():
    for number in range(100):
        with open(f"{SCRATCH}/{{number}}", "wb") as file:
            file.write(bytes(1 << 20))

try:
    fill()
except OSError as error:
    print(error.strerror, len(os.listdir({SCRATCH!r})))
print(attempt(open, "new", "w"), attempt(os.symlink, "/", "/submission/x"))
"""
    first = told(text)
    assert first == [
        f"[] {SCRATCH} {SCRATCH}", "['two'] 1",
        f"No space left on device {namespaces.SCRATCH_MIB + 1}", "OSError OSError"]
    assert told(text) == first


@needs_namespaces
def test_as_many_files_as_there_is_room_for_names(mode):
    [said] = told(f"""{UNREFUSED}
made = 0
try:
    for made in range(5000):
        open(f"{SCRATCH}/{{made}}", "w").close()
except OSError as error:
    print(error.strerror, made < {namespaces.SCRATCH_FILES})
""")
    assert said == "No space left on device True"


@needs_namespaces
def test_the_kernel_alone_keeps_files_and_processes_apart(tmp_path):
    """Without the refusals in words."""
    (tmp_path / "plugin.py").write_text("")
    found = probes(
        tmp_path, "attempt(open, 'plugin.py')", "attempt(open, 'plugin.py', 'a')",
        "attempt(open, 'new', 'w')", "attempt(open, '/new', 'w')",
        f"attempt(open, '{SCRATCH}/a', 'w')", f"attempt(os.symlink, '/', '{SCRATCH}/b')",
        f"attempt(os.mkfifo, '{SCRATCH}/c')",
        f"attempt(os.mkdir, '{SCRATCH}/d')", f"attempt(os.chmod, '{SCRATCH}/a', 0)",
        "attempt(os.fork)", "attempt(socket.socket)", "attempt(os.kill, 1, 0)",
        "attempt(os.listdir, '/proc/1')", "attempt(os.chroot, '/')", level=LEVEL)
    assert [*found.values()] == [
        "allowed", "EROFS", "EROFS", "EROFS", "allowed", "allowed", "EACCES", "allowed", "EPERM",
        "EAGAIN", "EPERM", "allowed", "ENOENT", "EPERM"]
    assert os.listdir(tmp_path) == ["plugin.py"]


@needs_namespaces
def test_the_grader_knows_its_worker_by_its_own_number(mode):
    with WorkerSubject(
            Submission("ada", (SourceFile("a.py", RULE.encode()),)), Limits(), LEVEL) as subject:
        assert subject.manifest.registered
        pid = subject._workers._talk.pid
        assert pid > 1
        numbers = Path(f"/proc/{pid}/status").read_text().split("NSpid:")[1].splitlines()[0].split()
        assert (numbers[0], numbers[-1]) == (str(pid), "1")
        assert len(numbers) == {"forked": 3, "started": 2}[mode]
        os.kill(pid, 0)
        folder = subject._workers._talk._worker.folder
        assert sorted(os.listdir(folder)) == ["a.py"]
    assert gone(pid)
    assert not folder.exists()


@needs_namespaces
def test_who_kills_what_workers_are_forked_from_ends_them(monkeypatch):
    kept = {}
    monkeypatch.setattr(zygotes, "_zygotes", kept)
    with WorkerSubject(
            Submission("ada", (SourceFile("a.py", RULE.encode()),)), Limits(), LEVEL) as subject:
        assert subject.manifest.registered
        pid = subject._workers._talk.pid
        [one] = kept.values()
        os.kill(one._process.pid, signal.SIGKILL)
        assert gone(pid)
    one.close()


@pytest.mark.parametrize(("level", "above"), [
    ("plain", "landlock"), ("container_partly", "container"), ("uid", "landlock"),
    ("container", "landlock"), ("landlock", "namespaces"), ("namespaces", ""),
])
def test_each_level_names_the_next_one_and_what_that_needs(level, above):
    said = f"{above!r} needs {advice.NEEDED[above]}" if above else ""
    assert advice.next_one(level) == said


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
@pytest.mark.parametrize(("level", "alone", "said"), [
    ("namespaces", True, "workers of root stay root, without its privileges: no; with a Python "
     "that other users may read they would be nobody"),
    ("landlock", False, "workers of root stay root, without its privileges: no; with a Python "
     "that other users may read they would be nobody, or at 'namespaces'"),
])
def test_what_a_level_lacks_is_said(monkeypatch, level, alone, said):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    asked = []

    def why_not(readable, alone):
        asked.append(alone)
        return "no"

    monkeypatch.setattr(privileges, "why_not_nobody", why_not)
    assert list(advice.lost(level)) == [said]
    assert asked == [alone]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert list(advice.lost(level)) == []
    assert list(advice.lost("plain")) == []


def test_every_level_but_those_for_all_says_what_it_needs():
    assert {*advice.NEEDED, "plain", "container_partly"} == {*levels.LEVELS}


@needs_namespaces
def test_no_folder_is_left_by_the_probe(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert levels._namespaces_missing.__wrapped__() == ""
    until = time.monotonic() + 60
    while os.listdir(tmp_path) and time.monotonic() < until:
        time.sleep(0.01)
    assert os.listdir(tmp_path) == []
