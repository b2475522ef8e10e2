"""`pytest --cgp-assignment`: the checks of a submission as tests."""

import re
import subprocess
import sys
import types
import xml.etree.ElementTree as ET
import zipfile

import pytest

from cgp_harness import grading
from cgp_harness.errors import MachineError
from cgp_harness.pytest_plugin.homework import Collecting
from cgp_harness.sandbox.host.levels import LEVELS
from tests.harness.library import pytest_runs
from tests.harness.library.pytest_runs import BROKEN, CUBE, HEAD, RIGHT

HOMEWORK = ("--cgp-assignment", "tiny")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    return pytest_runs.runner(
        tmp_path, monkeypatch, capsys,
        **{"ada.py": RIGHT, "bob.py": BROKEN, "conftest.py": "raise SystemExit('it ran')"})


def test_visible_checks_are_tests_and_fail_with_what_the_terminal_says(run):
    assert run(*HOMEWORK, "bob.py", "ada.py", "-rA") == (1, """\
.FF...
=================================== FAILURES ===================================
_______________ bob, Square: value and derivative fit each other _______________
square raised ValueError: matmul: Input operand 1 does not have enough dimensions (has 0, gufunc
  core with signature (n?,k),(k,m?)->(n?,m?) requires 1)
  at bob.py:4
     4 |     return x @ None, 2 * x
       |            ^^^^^^^^
____________________ bob, Cube: loads and fits the contract ____________________
no activation is registered as 'cube'
  expected a function of that name under @activation; found square
==================================== PASSES ====================================
bob: 1 / 5 points
ada: 5 / 5 points
1 further check not shown before grading
=========================== short test summary info ============================
PASSED bob.py::square::loads
PASSED ada.py::square::loads
PASSED ada.py::square::activation
PASSED ada.py::cube::loads
FAILED bob.py::square::activation - Failed: square raised ValueError: matmul:...
FAILED bob.py::cube::loads - Failed: no activation is registered as 'cube'
2 failed, 4 passed""".splitlines())


def test_what_kept_a_check_from_running_is_a_skip_and_how_it_was_loaded_a_section(run, tmp_path):
    (tmp_path / "eva.py").write_text("1 / 0\n" + HEAD + CUBE)
    assert run(*HOMEWORK, "eva.py::square", "-rs") == (1, """\
Fs
=================================== FAILURES ===================================
___________________ eva, Square: loads and fits the contract ___________________
no activation is registered as 'square'
  expected a function of that name under @activation; found cube
----------------------------- while it was loaded ------------------------------
ZeroDivisionError: division by zero
  at eva.py:1
eva: 0 / 4 points
1 further check not shown before grading
=========================== short test summary info ============================
SKIPPED [1] eva.py:1: not run, since "loads and fits the contract" failed
1 failed, 1 skipped""".splitlines())


def test_points_are_properties_and_what_is_not_chosen_is_not_graded(run, monkeypatch):
    graded, asked = grading.check, []

    def check(one, assignment, **further):
        asked.append({task.id: [*task.checks] for task in assignment.tasks})
        return graded(one, assignment, **further)

    monkeypatch.setattr("cgp_harness.grading.check", check)
    run(*HOMEWORK, "ada.py", "bob.py", "--junitxml", "out.xml", "-k", "loads and square")
    found = ET.parse("out.xml").iter("testcase")
    assert [(one.get("classname"), one.get("name"),
             {each.get("name"): each.get("value") for each in one.iter("property")})
            for one in found] == [
        ("ada.square", "loads", {"submission": "ada", "points": "1.0", "max_points": "1.0"}),
        ("bob.square", "loads", {"submission": "bob", "points": "1.0", "max_points": "1.0"})]
    assert asked == [{"square": ["loads"]}] * 2


def test_what_failed_last_can_be_run_alone_and_a_run_stops_at_the_first_failure(run):
    assert run(*HOMEWORK, "bob.py", "-x")[0] == 1
    assert run(*HOMEWORK, "bob.py", "--lf", "--co") == (
        0, ["bob.py::square::activation", "", "1/3 tests collected (2 deselected)"])


@pytest.mark.parametrize(("given", "lines"), [
    (("--cgp-assignment", "tinny", "ada.py"), [
        "there is no assignment 'tinny'",
        "  expected one of autograd_extension, computational_graph, primer_homework, step_size, or "
        "a folder that holds assignment.toml"]),
    (("--cgp-assignment", "step_siz", "ada.py"), [
        "there is no assignment 'step_siz'",
        "  expected one of autograd_extension, computational_graph, primer_homework, step_size, or "
        "a folder that holds assignment.toml",
        "  fix: did you mean 'step_size'?"]),
    (HOMEWORK, [
        "no submission is given",
        "  expected a file, a folder or a zip: pytest --cgp-assignment tiny my_file.py"]),
    ((*HOMEWORK, "--cgp-isolation", "strong", "ada.py"), [
        "there is no isolation level 'strong'",
        f"  expected auto, {', '.join(LEVELS[:-1])} or {LEVELS[-1]}"]),
    ((*HOMEWORK, "--cgp-seed", "-1", "ada.py"), [
        "--cgp-seed is below 0", "  expected a whole number from 0 on"]),
])
def test_wrong_use_is_a_usage_error(run, given, lines):
    assert run(*given) == (4, [f"ERROR: {lines[0]}", *lines[1:], ""])


def test_folders_and_zips_are_submissions(run, tmp_path):
    (tmp_path / "class").mkdir()
    for name, text in {"ada": RIGHT, "bob": BROKEN}.items():
        (tmp_path / "class" / f"{name}.py").write_text(text)
    with zipfile.ZipFile("eva.zip", "w") as made:
        made.writestr("eva.py", RIGHT)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "plugin.py").write_text(RIGHT)
    assert run(*HOMEWORK, "class", "eva.zip", "one", "--co", "-k", "square and loads") == (0, [
        "class::ada::square::loads", "class::bob::square::loads", "eva.zip::square::loads",
        "one::square::loads", "", "4/12 tests collected (8 deselected)"])
    assert run(*HOMEWORK, "tiny/assignment.toml") == (2, [
        "", "==================================== ERRORS ====================================",
        "____________________ ERROR collecting tiny/assignment.toml _____________________",
        "this is no submission", f"  at {tmp_path}/tiny/assignment.toml",
        "  expected a .py, .ipynb or .zip file, or a folder of them",
        "=========================== short test summary info ============================",
        "ERROR tiny/assignment.toml",
        "!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!",
        "1 error"])


def test_a_machine_that_cannot_grade_is_an_error_and_no_failure(run, monkeypatch):
    def misgrades(*_, **__):
        raise MachineError("this installation misgrades", fix="nothing was graded")

    monkeypatch.setattr("cgp_harness.grading.check", misgrades)
    assert run(*HOMEWORK, "ada.py::cube") == (1, [
        "E", "==================================== ERRORS ====================================",
        "___________ ERROR at setup of ada, Cube: loads and fits the contract ___________",
        "this installation misgrades", "  fix: nothing was graded",
        "=========================== short test summary info ============================",
        "ERROR ada.py::cube::loads - Failed: this installation misgrades", "1 error"])


def test_a_pytest_that_is_not_asked_to_check_anything_loads_nothing_more():
    loaded = (
        "import pytest, sys; before = set(sys.modules); import cgp_harness.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))")
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout == "['cgp_harness', 'cgp_harness.pytest_plugin']\n"


class _Nodes:
    """What xdist's schedulers ask of a run."""

    option = types.SimpleNamespace(dist="load", tx=[], maxprocesses=1)

    def getvalue(self, _):
        return ["popen"]

    def getoption(self, name):
        return getattr(self.option, name)


def test_checks_of_a_task_stay_together_under_xdist():
    pytest.importorskip("xdist")
    made = Collecting(None).pytest_xdist_make_scheduler(_Nodes(), None)
    assert made._split_scope("class::ada::square::loads") == "class::ada::square"


@pytest.mark.long
def test_each_task_is_graded_by_one_process_of_several(run):
    pytest.importorskip("xdist")
    run("--version")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "cgp_harness.pytest_plugin",
         "-n", "2", "-v", *HOMEWORK, "ada.py", "bob.py"],
        capture_output=True, text=True, check=False)
    by = {}
    for process, task in re.findall(r"^\[(gw\d)\].* (\S+)::\w+ $", done.stdout, re.MULTILINE):
        by.setdefault(task, set()).add(process)
    assert {task: len(some) for task, some in by.items()} == {
        "ada.py::square": 1, "ada.py::cube": 1, "bob.py::square": 1, "bob.py::cube": 1}
    assert "bob: 1 / 5 points\nada: 5 / 5 points\n1 further check not shown" in done.stdout
    assert done.returncode == 1
