"""Grading as a library: what the commands do, without a terminal."""

import importlib
from pathlib import Path

import pytest

import cgp_assignments
import cgp_harness
from cgp_harness import grading
from cgp_harness.assignment import load
from cgp_harness.errors import HarnessError
from cgp_harness.model import Submission
from cgp_harness.sandbox.host import levels

LEVEL = levels.choose("auto")
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
    assert report.environment.isolation == LEVEL
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
    read = grading.collected([EXAMPLES / "replaced_at_nodes.py"])[0]
    assert cgp_harness.check(read, load("computational_graph")).score == report.score < 100


def test_ids_must_be_unique(monkeypatch):
    monkeypatch.setattr(
        grading, "collectors", lambda: {"two": lambda path: [Submission("ada", ())] * 2})
    with pytest.raises(HarnessError, match="several submissions are called ada"):
        grading.collected(["here"])


def test_what_is_not_there_is_no_attribute():
    with pytest.raises(AttributeError, match="module 'cgp_harness' has no attribute 'grad'"):
        importlib.import_module("cgp_harness").__getattr__("grad")
