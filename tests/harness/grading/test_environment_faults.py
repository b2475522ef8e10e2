"""What a machine lacks costs no student: a grading goes on, or ends with 3 and without a score."""

import json
import os
import subprocess
import sys

import pytest

from cgp_harness.sandbox.host import levels

pytestmark = pytest.mark.skipif(
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


def test_a_disk_that_takes_no_more_is_said_and_nothing_is_scored(tmp_path):
    limits = "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))"
    code, said, score = graded(tmp_path, limits, TMPDIR=str(tmp_path))
    assert (code, score) == (3, None)
    assert said == (
        "error: the store cannot be written: disk I/O error\n"
        "  at out/store.sqlite\n"
        "  expected room for what is graded\n"
        "  fix: make room and run the same command again: what is graded is kept\n")


@pytest.mark.long
@pytest.mark.parametrize("environment", [
    {"TMPDIR": "/nowhere"}, {"HOME": "/proc", "XDG_CACHE_HOME": "/proc"}, {"HOME": ""},
    {"TZ": "Nowhere/At_all", "LC_ALL": "xx_XX"}, {"PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "x"},
    {"OMP_NUM_THREADS": "many", "MPLBACKEND": "none"}])
def test_what_the_environment_says_wrongly_changes_no_score(tmp_path, environment):
    code, said, score = graded(tmp_path, **environment)
    assert (code, said, score) == (0, "", 2)


@pytest.mark.long
@pytest.mark.parametrize("limit", [(16, 16), (24, 24)])
def test_without_descriptors_nothing_is_scored(tmp_path, limit):
    code, _, score = graded(tmp_path, f"resource.setrlimit(resource.RLIMIT_NOFILE, {limit})")
    assert (code, score) == (3, None)


@pytest.mark.long
@pytest.mark.parametrize("now", ["0.0", "4e9"])
def test_a_clock_that_is_wrong_changes_no_score(tmp_path, now):
    code, said, score = graded(tmp_path, f"import time; time.time = lambda: {now}")
    assert (code, said, score) == (0, "", 2)
