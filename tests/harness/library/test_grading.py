"""Grading as a library: what the commands do, without a terminal."""

import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cgp_assignments
import cgp_harness
from cgp_harness import grading
from cgp_harness.assignment import load
from cgp_harness.errors import HarnessError
from cgp_harness.model import Submission
from cgp_harness.reports import gradebook, pages, results
from cgp_harness.sandbox.host import advice, levels
from tests.harness.library.pytest_runs import RIGHT, TINY
from tests.harness.library.sessions import Session
from tests.places import ROOT

LEVEL = levels.choose("auto")
HOW = f"isolation={LEVEL!r}, jobs=1"
EXAMPLES = Path(cgp_assignments.__file__).parent / "computational_graph" / "examples"


def test_a_class_is_graded_and_goes_on_from_what_is_kept(tmp_path):
    begun, done = [], []
    paths = [EXAMPLES / "perfect.py", str(EXAMPLES / "replaced_at_nodes.py")]
    report = cgp_harness.grade(
        paths, "computational_graph", tmp_path / "kept", isolation=LEVEL, jobs=1,
        on_begin=begun.append, on_done=lambda one: done.append(one.id))
    assert [one.id for one in report.submissions] == ["perfect", "replaced_at_nodes"]
    assert report.submissions[0].percent == 100 > report.submissions[1].percent
    assert (begun, sorted(done)) == ([2], ["perfect", "replaced_at_nodes"])
    environment = report.environment
    assert environment.isolation == LEVEL
    assert environment.isolation_lost == tuple(advice.lost(LEVEL))
    assert environment.isolation_next == advice.next_one(LEVEL)
    again = cgp_harness.grade(
        paths, load("computational_graph"), tmp_path / "kept", isolation=LEVEL, jobs=1)
    assert again.submissions == report.submissions
    assert again.environment.seed == report.environment.seed
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_without_a_folder_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = cgp_harness.grade(
        [EXAMPLES / "perfect.py"], "computational_graph", isolation=LEVEL, jobs=1)
    assert report.submissions[0].percent == 100
    assert list(tmp_path.iterdir()) == []


def test_one_submission_is_checked_as_its_student_does():
    report = cgp_harness.check(EXAMPLES / "replaced_at_nodes.py", "computational_graph")
    assert report.id == "replaced_at_nodes"
    read = grading.collected([EXAMPLES / "replaced_at_nodes.py"]).submissions[0]
    assert cgp_harness.check(read, load("computational_graph")).score == report.score < 100


@pytest.mark.parametrize("task", ["cube", ["cube"]])
def test_a_task_can_be_asked_for_alone(task, tmp_path):
    (tmp_path / "assignment.toml").write_text(TINY)
    (tmp_path / "ada.py").write_text(RIGHT)
    report = cgp_harness.check(tmp_path / "ada.py", tmp_path, task=task)
    assert [one.task for one in report.checks] == ["cube", "cube"]
    assert report.score == report.max_score


def test_one_path_alone_is_a_path_and_a_plain_script_may_grade(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import cgp_harness\n"
        f"report = cgp_harness.grade({str(EXAMPLES / 'perfect.py')!r}, 'computational_graph',\n"
        f"                            isolation={LEVEL!r}, jobs=1)\n"
        "print([one.percent for one in report.submissions])\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=300, check=False)
    assert (done.stdout, done.stderr) == ("[100.0]\n", "")


A_PATH = EXAMPLES / "perfect.py"
ASSIGNMENTS = "autograd_extension, computational_graph, primer_homework, step_size"


@pytest.mark.parametrize(("paths", "options", "said"), [
    ("nothere", {}, "there is no such file or folder\n  at nothere\n"
     "  expected a submission, or a folder of submissions"),
    ([], {}, "no path was given\n  expected a submission or a folder of submissions"),
    ("", {}, "'' is no path\n  expected paths of submissions, or of folders of them\n"
     "  fix: cgp_harness.check takes functions and classes"),
    (None, {}, "a NoneType is no path\n  expected paths of submissions, or of folders of them\n"
     "  fix: cgp_harness.check takes functions and classes"),
    ([len], {}, "a builtin_function_or_method is no path\n"
     "  expected paths of submissions, or of folders of them\n"
     "  fix: cgp_harness.check takes functions and classes"),
    (A_PATH, {"assignment": "stepsize"}, "there is no assignment 'stepsize'\n"
     f"  expected one of {ASSIGNMENTS}, or a folder that holds assignment.toml\n"
     "  fix: did you mean 'step_size'?"),
    (A_PATH, {"assignment": None}, "a NoneType is no assignment\n"
     "  expected its id, a folder that holds assignment.toml, or one that is loaded"),
    (A_PATH, {"jobs": 0}, "jobs is 0\n  expected an int from 1 on, or to leave it out"),
    (A_PATH, {"seed": -1}, "seed is -1\n  expected an int from 0 on, or to leave it out"),
    (A_PATH, {"seed": "3"}, "seed is '3'\n  expected an int from 0 on, or to leave it out"),
    (A_PATH, {"folder": __file__}, f"the output is a file\n  at {__file__}\n"
     "  expected a folder, there already or not\n  fix: give another folder"),
    (EXAMPLES, {"folder": EXAMPLES / "graded"}, "the output folder lies inside the submissions\n"
     f"  at {EXAMPLES / 'graded'}\n  expected a folder outside {EXAMPLES}\n"
     "  fix: give another folder"),
    (A_PATH, {"folder": f"{__file__}/graded"}, "nothing can be kept there: not a directory\n"
     f"  at {__file__}/graded\n  expected a folder that is there or can be made"),
])
def test_what_cannot_be_used_is_said_before_anything_is_graded(paths, options, said, capsys):
    given = {"assignment": "computational_graph", "isolation": LEVEL, **options}
    with pytest.raises(HarnessError) as caught:
        cgp_harness.grade(paths, **given)
    assert (str(caught.value), capsys.readouterr()) == (said, ("", ""))


@pytest.mark.parametrize(("path", "options", "said"), [
    ("nothere", {}, "there is no such file or folder\n  at nothere\n"
     "  expected a submission, or a folder of submissions"),
    ("", {}, "'' is no path\n  expected paths of submissions, or of folders of them\n"
     "  fix: cgp_harness.check takes functions and classes"),
    (A_PATH, {"seed": -1}, "seed is -1\n  expected an int from 0 on, or to leave it out"),
    (A_PATH, {"task": "grph"}, "'grph' is no task of computational_graph\n"
     "  expected graph\n  fix: did you mean 'graph'?"),
    (A_PATH, {"task": len}, "a builtin_function_or_method is no task of computational_graph\n"
     "  expected graph"),
])
def test_so_it_is_for_one_submission(path, options, said):
    with pytest.raises(HarnessError) as caught:
        cgp_harness.check(path, "computational_graph", **options)
    assert str(caught.value) == said


def test_ids_must_be_unique(monkeypatch):
    monkeypatch.setattr(
        grading, "collectors", lambda: {"two": lambda path: [Submission("ada", ())] * 2})
    with pytest.raises(HarnessError) as caught:
        grading.collected([Path("here")])
    assert str(caught.value) == (
        "several submissions are called ada\n  expected ids that are unique in the batch\n  "
        "fix: grade them in separate runs")


def test_what_is_not_there_is_no_attribute():
    with pytest.raises(AttributeError, match="module 'cgp_harness' has no attribute 'grad'"):
        importlib.import_module("cgp_harness").__getattr__("grad")


def test_what_the_page_shows_runs(tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs/python-api.md").read_text(encoding="utf-8")
    a_class, one, cell = (
        block.replace("step_size", "computational_graph").replace('"graded")', f'"graded", {HOW})')
        .replace('task="sgd_plus"', 'task="graph"')
        for block in re.findall(r"^```python\n(.*?)^```$", text, flags=re.S | re.M))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "submissions").mkdir()
    shutil.copy(EXAMPLES / "perfect.py", "submissions")
    shutil.copy(EXAMPLES / "replaced_at_nodes.py", "mine.py")
    names = {}
    exec(a_class, names)
    assert capsys.readouterr().out == "perfect graded 100.0\n"
    for report_format in (pages, results, gradebook):
        report_format.write(names["report"], tmp_path / "graded")
    assert {"index.html", "results.json", "gradebook.csv"} < {
        path.name for path in (tmp_path / "graded").iterdir()}
    exec(one, names)
    assert "67 / 100\n" in capsys.readouterr().out
    session = Session(monkeypatch, jupyter=True)
    session.run(cell, 1)
    assert session.report.files == ("the session",)
    assert session.report.checks[0].message == (
        "no backpropagation is registered as 'graph'\n"
        "  expected a class of that name under @backprop; found none")
