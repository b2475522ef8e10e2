"""Paths that cannot be graded: the instructor is told what is wrong and what to do."""

import os
from pathlib import Path

import pytest

from cgp_harness.collect import collect
from cgp_harness.errors import HarnessError
from cgp_harness.model import Status
from tests.harness.made_submissions import ADAM, denied, write


def refused(path):
    with pytest.raises(HarnessError) as error:
        collect([path] if isinstance(path, Path) else path)
    return str(error.value)


def test_a_missing_path_is_named(tmp_path):
    assert refused(tmp_path / "no") == (
        f"there is no such file or folder\n  at {tmp_path}/no\n"
        "  expected a submission, or a folder of submissions"
    )
    assert refused(Path("a\0b")) == (
        "there is no such file or folder\n  at a\\x00b\n"
        "  expected a submission, or a folder of submissions"
    )


def test_a_folder_without_submissions_is_named(tmp_path):
    write(tmp_path, {"grades.csv": b""})
    assert refused(tmp_path) == (
        f"there are no submissions in this folder\n  at {tmp_path}\n"
        "  expected a .py, .ipynb or .zip file or a folder for each student"
    )


def test_no_path_is_no_batch():
    assert refused([]) == (
        "no path was given\n  expected a submission or a folder of submissions"
    )


def test_a_path_that_is_no_submission_is_named(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path, {"grades.csv": b""})
    for name in ("pipe.py", "grades.csv"):
        assert refused(tmp_path / name) == (
            f"this is no submission\n  at {tmp_path}/{name}\n"
            "  expected a .py, .ipynb or .zip file, or a folder of them"
        )


def test_a_path_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    path = write(tmp_path, {"alice.py": ADAM}) / "alice.py"
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read everything
    assert refused(path) == (
        f"this may not be read\n  at {path}\n  expected permission to read it\n"
        "  fix: change its permissions, or run as its owner"
    )


def test_what_a_student_made_unreadable_is_that_students_problem(tmp_path, monkeypatch):
    write(tmp_path, {"alice/adam.py": ADAM})
    monkeypatch.setattr(os, "open", denied)
    [alice] = collect([tmp_path])
    assert alice.problem.status is Status.STUDENT_ERROR
    assert str(alice.problem) == "adam.py cannot be read: permission denied"


def test_a_submission_that_vanishes_while_it_is_read_is_named(tmp_path, monkeypatch):
    write(tmp_path, {"alice.py": ADAM})
    monkeypatch.setattr(Path, "lstat", denied)
    assert str(collect([tmp_path])[0].problem) == "alice cannot be read: permission denied"
