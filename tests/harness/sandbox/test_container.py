"""The level `container`: what it promises, held by attacks, and what it does not, shown.

Needs root, and a Python that another uid can read. Where a folder above it is closed, all of this
file runs once more, in a mount namespace in which that folder is open.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from cgp_harness.cli import main
from cgp_harness.hosts.gradescope import GRADESCOPE
from cgp_harness.hosts.run import run
from cgp_harness.sandbox.host import levels
from cgp_harness.subject import SubjectError
from tests.harness.attacks.test_attacks import (
    ARMED,
    HONEST,
    STOPPED,
    STOPPED_BY_LANDLOCK,
    STUDENT,
    answer,
    graded,
    source_of,
)
from tests.harness.sandbox.another_uid import MISSING, ROOT, opening
from tests.harness.sandbox.test_lockdown import locked, probes

needs_container = pytest.mark.skipif(
    bool(MISSING), reason=f"needs root and a Python that all may read: {MISSING}")
LEVEL = "container"
NOT_PROMISED = {"hidden_paths"}  # the harness's own files are open to all who can install it
PROMISED = {
    name: said for name, said in STOPPED_BY_LANDLOCK.items() if name not in NOT_PROMISED}
"""What `docs/security-model.md` says of the level."""


@pytest.fixture
def secret():
    """The results of a host: root's, closed to others, in a folder that others may pass."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        path = Path(folder, "results.json")
        path.write_text("{}", encoding="ascii")
        path.chmod(0o600)
        yield path
        assert path.read_text(encoding="ascii") == "{}"


@pytest.fixture
def homework(tmp_path):
    folder = tmp_path / "homework"
    folder.mkdir(0o700)
    (folder / "assignment.toml").write_text(
        'id = "hw"\ntitle = "hw"\nversion = "1"\n[[tasks]]\nid = "sgd"\ntitle = "SGD"\n'
        "checks = {loads = {points = 1}, update_rule = {points = 1}}\n")
    (folder / "solution.py").write_bytes(HONEST + b'MARKER = "xyzzy-73512864"\n')
    return folder


def test_every_attack_that_only_the_kernel_stops_is_promised_or_not():
    assert {*PROMISED, *NOT_PROMISED} == {*STOPPED_BY_LANDLOCK}


@needs_container
@pytest.mark.parametrize("name", PROMISED)
def test_the_attack_is_refused_by_the_kernel(name, secret):
    with pytest.raises(SubjectError) as caught:
        answer(ARMED + source_of(name, secret), LEVEL, name)
    assert caught.value.problem.status == STUDENT
    assert caught.value.problem.what.startswith(PROMISED[name])


@needs_container
@pytest.mark.parametrize("name", [
    "exit_in_step", "forged_frame", "loop_deaf", "memory", "memory_sealed", "memory_stack",
    "segfault"])
def test_the_attack_is_stopped_as_at_every_level(name, secret):
    with pytest.raises(SubjectError) as caught:
        answer(source_of(name, secret), LEVEL, name)
    assert (caught.value.problem.status, caught.value.problem.what) == STOPPED[name]


@needs_container
def test_an_honest_submission_answers_after_an_attack(secret):
    with pytest.raises(SubjectError):
        answer(source_of("exit_in_step", secret), LEVEL)
    values, printed = answer(HONEST, LEVEL)
    assert (values.tolist(), printed) == ([0.5, -1.0, 2.0], "")


@needs_container
def test_a_solution_in_a_closed_folder_is_not_read(homework):
    assert graded("solution_on_disk", homework, LEVEL) == (
        "sgd() raised PermissionError: nothing of it can be read (step 1)", 0.0)
    assert graded("solution_in_memory", homework, LEVEL) == (
        "sgd() raised PermissionError: nothing of it is here (step 1)", 0.0)


@needs_container
def test_what_is_open_to_all_can_be_read_which_is_not_promised(tmp_path):
    """So the folders of answers and results must be closed: `levels.require_closed`."""
    tmp_path.chmod(0o755)
    (tmp_path / "open").write_text("all may read this")
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "closed").write_text("root alone may")
    (tmp_path / "closed").chmod(0o600)
    found = probes(
        tmp_path, "attempt(open, 'open')", "attempt(open, '/etc/passwd')",
        "attempt(open, 'closed')", f"attempt(open, '/proc/{os.getpid()}/environ')",
        "attempt(open, '/proc/1/mem')", level=LEVEL)
    assert list(found.values()) == ["allowed", "allowed", "EACCES", "EACCES", "EACCES"]


@needs_container
def test_nobody_is_in_no_group_but_its_own(tmp_path):
    found = probes(
        tmp_path, "os.getresuid()", "os.getresgid()", "os.getgroups()", level=LEVEL,
        first="os.setgroups([0, 4, 20])")
    assert [*found.values()] == ["(65534, 65534, 65534)", "(65534, 65534, 65534)", "[]"]


@needs_container
def test_nothing_is_written_and_no_folder_changes_even_where_all_may(tmp_path):
    tmp_path.chmod(0o777)
    (tmp_path / "all").write_text("as it was")
    (tmp_path / "all").chmod(0o666)
    found = probes(
        tmp_path, "attempt(lambda: os.write(os.open('all', os.O_WRONLY), b'x'))",
        "attempt(open, 'all', 'r+')",
        "attempt(os.open, 'all', 3)", "attempt(os.truncate, 'all', 0)",
        "attempt(os.unlink, 'all')", "attempt(os.rename, 'all', 'b')", "attempt(os.mkdir, 'b')",
        "attempt(os.symlink, 'a', 'b')", "attempt(os.link, 'all', 'b')", "attempt(os.mkfifo, 'b')",
        "attempt(os.chmod, 'all', 0)", "attempt(os.utime, 'all')",
        "attempt(lambda: os.write(os.open('new', os.O_WRONLY | os.O_CREAT), b'x'))",
        level=LEVEL)
    assert [*found.values()] == [
        "EFBIG", "EACCES", "EACCES", "EPERM", *["EACCES"] * 6, "EPERM", "EPERM", "EFBIG"]
    assert (tmp_path / "all").read_text() == "as it was"


@needs_container
def test_empty_files_where_all_may_make_them_are_not_refused_and_dev_null_takes_all(tmp_path):
    tmp_path.chmod(0o777)
    found = probes(tmp_path, "attempt(open, 'empty', 'w')",
                   "attempt(lambda: print('x' * 10**6, file=open('/dev/null', 'w')))", level=LEVEL)
    assert [*found.values()] == ["allowed", "allowed"]
    assert (tmp_path / "empty").stat().st_size == 0


@needs_container
def test_it_is_another_user_without_privileges(tmp_path):
    code = """
    print(os.getresuid(), os.getresgid(), os.getgroups(), attempt(os.setuid, 0))
    status = open('/proc/self/status').read()
    print(*[line.split()[1] for line in status.splitlines()
            if line.startswith(('CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp:'))])
    """
    done = locked(code, tmp_path, LEVEL)
    assert done.stdout.splitlines() == [
        "(65534, 65534, 65534) (65534, 65534, 65534) [] EPERM",
        "0000000000000000 0000000000000000 1 2"]


@needs_container
def test_a_path_that_others_cannot_read_ends_the_process_and_does_not_keep_the_uid(tmp_path):
    private = tmp_path / "private"
    private.mkdir(0o700)
    done = locked("print('ran')", tmp_path, LEVEL, readable=[private])
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        f"PermissionError: [Errno 1] no other uid: another uid may not read {private}")


def test_in_part_it_is_what_there_is(tmp_path):
    """As anybody: system calls are filtered, and it stays who it is."""
    if sys.platform != "linux":
        pytest.skip("of Linux")
    private = tmp_path / "private"
    private.mkdir(0o700)
    found = probes(
        tmp_path, "attempt(os.fork)", "attempt(socket.socket)", "attempt(os.mkdir, 'b')",
        "attempt(lambda: os.write(os.open('x', os.O_WRONLY | os.O_CREAT), b'x'))", "os.getuid()",
        level="container_partly", readable=[private])
    assert [*found.values()] == ["EAGAIN", "EPERM", "EACCES", "EFBIG", str(os.getuid())]


@pytest.mark.skipif(not MISSING, reason="the level is here: all of this file ran as it is")
def test_all_of_this_where_another_uid_can_read_python(tmp_path):
    prefix = opening()
    if prefix is None:
        pytest.skip("no root, or no mount namespace, to open a folder above Python in")
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider",
         str(Path(__file__)), "--basetemp", str(tmp_path / "inside")],
        cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert " passed, 1 skipped" in done.stdout


# --- whole commands, in a container --------------------------------------------------------------


@pytest.fixture
def no_landlock(monkeypatch):
    """As on a host that offers none."""
    for one in ("_landlock_missing", "_namespaces_missing"):
        monkeypatch.setattr(levels, one, lambda: "landlock: Function not implemented")


@pytest.fixture
def host(homework):
    """Gradescope's folder, which other users may pass; its results are closed to them."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        root = Path(name)
        root.chmod(0o755)
        shutil.copytree(homework, root / "source" / "assignment")
        (root / "submission").mkdir()
        (root / "results").mkdir()
        (root / "results" / "results.json").write_text('{"score": 100}')
        yield root


def on_gradescope(root, text):
    (root / "submission" / "mine.py").write_bytes(text)
    code = run(GRADESCOPE, root / "source" / "assignment", root, {}, isolation=LEVEL, fail_under=0)
    return code, json.loads((root / "results" / "results.json").read_text())


@needs_container
def test_a_host_s_results_are_official_and_say_what_the_sandbox_was(host, no_landlock):
    code, results = on_gradescope(host, HONEST)
    assert (code, results["score"], results["extra_data"]["isolation"]) == (0, 2, "container")
    assert "Unofficial" not in results["output"]
    assert (host / "source" / "assignment").stat().st_mode & 0o077 == 0


@needs_container
def test_results_and_answers_of_a_host_are_out_of_reach(host, no_landlock):
    """It looks for both by their names, and would answer right if it found either."""
    places = [str(host / "results"), str(host / "source" / "assignment" / "solution.py")]
    code, results = on_gradescope(host, b"""
import os
from cgp_harness import optimizer

def reached(place):
    try:
        return os.listdir(place) if os.path.isdir(place) else open(place).read()
    except PermissionError:
        return None

def write(place):
    try:
        return os.open(os.path.join(place, "results.json"), os.O_WRONLY | os.O_CREAT)
    except PermissionError:
        return None

@optimizer
def sgd(g, lr=1e-3):
    found = [reached(one) for one in PLACES] + [write(PLACES[0])]
    return lr * g if any(one is not None for one in found) else 2 * lr * g
""".replace(b"PLACES", repr(places).encode()).replace(b"import os", ARMED + b"\nimport os", 1))
    assert (code, results["score"]) == (0, 1)
    assert [path.name for path in (host / "results").iterdir()] == ["results.json"]


@pytest.fixture
def small(homework):
    """Where nothing takes long."""
    toml = homework / "assignment.toml"
    toml.write_text(toml.read_text().replace(", update_rule = {points = 1}", ""))
    return homework


@needs_container
def test_two_submissions_in_one_container_are_unofficial(small, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("ada", "bob"):
        (tmp_path / "in" / f"{name}.py").write_bytes(HONEST)
    done = CliRunner().invoke(main, [
        "grade", str(tmp_path / "in"), "-a", str(small), "-o", str(tmp_path / "out"),
        "--isolation", LEVEL, "--jobs", "1", "--no-figures"])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == (
        "unofficial: 2 submissions ran in one container, which is a sandbox for one")
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_a_container_in_part_says_what_it_lacks(tmp_path, small, monkeypatch):
    monkeypatch.setattr(levels, "_container_missing", lambda: "no other uid: no root")
    (tmp_path / "ada.py").write_bytes(HONEST)
    done = CliRunner().invoke(main, [
        "grade", str(tmp_path / "ada.py"), "-a", str(small), "-o", str(tmp_path / "out"),
        "--isolation", LEVEL, "--jobs", "1", "--no-figures"])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-2:] == [
        "unofficial: there was no other user for the submission, or no filter of system calls",
        "what the container lacks: no other uid: no root"]
