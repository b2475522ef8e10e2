"""What a machine lacks costs no student: a grading goes on, or ends with 3 and without a score."""

import json
import os
import subprocess
import sys

import pytest

from cgp_harness import temporary
from cgp_harness.errors import MachineError
from cgp_harness.sandbox.host import levels

needs_landlock = pytest.mark.skipif(
    bool(levels.available()["landlock"]), reason="`cgp grade` needs landlock")
RIGHT = b"""
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v
"""
HOMEWORK = """
id = "one"
title = "one"
version = "1"
[[tasks]]
id = "sgd_plus"
title = "SGD+"
checks = {loads = {points = 1}, update_rule = {points = 1}}
"""


def graded(folder, before="", **environment):
    """Exit code, what was said, and the score (None: there is none)."""
    (folder / "ada.py").write_bytes(RIGHT)
    (folder / "hw").mkdir()
    (folder / "hw" / "assignment.toml").write_text(HOMEWORK)
    (folder / "hw" / "solution.py").write_bytes(RIGHT)
    code = f"import resource\n{before}\nfrom cgp_harness.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, "grade", "ada.py", "-a", "hw", "-o", "out", "--jobs", "1",
         "--quiet"], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
        check=False)
    results = folder / "out" / "results.json"
    [one] = json.loads(results.read_text())["submissions"] if results.exists() else [
        {"status": "grader_error", "score": 0}]
    return done.returncode, done.stderr, None if one["status"] == "grader_error" else one["score"]


@needs_landlock
def test_a_disk_that_takes_no_more_is_said_and_nothing_is_scored(tmp_path):
    limits = "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))"
    code, said, score = graded(tmp_path, limits, TMPDIR=str(tmp_path))
    assert (code, score) == (3, None)
    assert said == (
        "error: the store cannot be written: disk I/O error\n"
        "  at out/store.sqlite\n"
        "  expected room for what is graded\n"
        "  fix: make room and run the same command again: what is graded is kept\n")


@needs_landlock
@pytest.mark.long
@pytest.mark.parametrize("environment", [
    {"TMPDIR": "/nowhere"}, {"HOME": "/proc", "XDG_CACHE_HOME": "/proc"}, {"HOME": ""},
    {"TZ": "Nowhere/At_all", "LC_ALL": "xx_XX"}, {"PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "x"},
    {"OMP_NUM_THREADS": "many", "MPLBACKEND": "none"}])
def test_what_the_environment_says_wrongly_changes_no_score(tmp_path, environment):
    code, said, score = graded(tmp_path, **environment)
    assert (code, said, score) == (0, "", 2)


@needs_landlock
@pytest.mark.long
@pytest.mark.parametrize("limit", [(16, 16), (24, 24)])
def test_without_descriptors_nothing_is_scored(tmp_path, limit):
    code, _, score = graded(tmp_path, f"resource.setrlimit(resource.RLIMIT_NOFILE, {limit})")
    assert (code, score) == (3, None)


@needs_landlock
@pytest.mark.long
@pytest.mark.parametrize("now", ["0.0", "4e9"])
def test_a_clock_that_is_wrong_changes_no_score(tmp_path, now):
    code, said, score = graded(tmp_path, f"import time; time.time = lambda: {now}")
    assert (code, said, score) == (0, "", 2)


def run(arguments, script='exec "$@"', **options):
    """A command as a shell starts it that has closed or redirected its streams: code, stderr."""
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", sys.executable, *map(str, arguments)],
        capture_output=True, text=True, check=False, **options)
    return done.returncode, done.stderr


def test_what_was_closed_at_the_start_is_no_file_s_number(tmp_path):
    code = (
        "import os, sys\nfrom cgp_harness.__main__ import open_streams\nopen_streams()\n"
        "file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)\n"
        "print('nowhere', file=sys.stdout, flush=True)\nprint('nowhere', file=sys.stderr)\n"
        "assert sys.stdin.read() == ''\nos.write(2, b'nowhere')\n"
        "os.write(file, f'{file} {sys.stderr.isatty()}'.encode())\n")
    file = tmp_path / "file"
    assert run(["-c", code, file], 'exec "$@" <&- >&- 2>&-') == (0, "")
    assert file.read_text("ascii") == "3 False"


def test_with_its_streams_closed_a_command_does_what_it_does_with_them(tmp_path):
    for name in ("with", "without"):
        closed = "<&- >&- 2>&-" if name == "without" else ""
        assert run(["-m", "cgp_harness", "new", "optimizer", tmp_path / f"{name}.py"],
                   f'exec "$@" {closed}')[0] == 0
    assert (tmp_path / "with.py").read_bytes() == (tmp_path / "without.py").read_bytes()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")
def test_a_full_disk_below_what_is_printed_is_said():
    assert run(["-m", "cgp_harness", "assignments"], 'exec "$@" > /dev/full') == (3, (
        "error: something cannot be written: no space left on device\n"
        "  expected room for reports, for temporary files and for what is printed\n"
        "  fix: make room and run the same command again\n"))


def test_a_folder_that_is_gone_is_said(tmp_path):
    assert run(["-m", "cgp_harness", "assignments"], 'rmdir "$PWD"; exec "$@"', cwd=tmp_path) == (
        2, "error: the folder that this is run in is gone\n  fix: go to one that is there\n")


def test_a_temporary_folder_that_cannot_be_made_is_said(monkeypatch):
    def made(_):
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp', '/']")

    monkeypatch.setattr(temporary, "made", made)
    with pytest.raises(MachineError) as caught, temporary.folder("cgp-test-"):
        pass
    assert str(caught.value) == (
        "a temporary folder cannot be made: no usable temporary directory found in ['/tmp', '/']\n"
        "  expected room in a folder that can be written\n"
        "  fix: make room, or have TMPDIR name another folder")
