"""Hostile names: none leaves its submission, deceives the eye or stops the batch."""

import os
import sys

import pytest

from cgp_harness.collect import collect
from cgp_harness.errors import HarnessError
from tests.harness.collect.made_submissions import (
    ADAM,
    archive,
    contents,
    patched,
    problem_of,
    said,
    write,
)

NAME_FIX = "  expected a relative path with '/' that stays inside the submission"
bytes_names = pytest.mark.skipif(sys.platform != "linux", reason="names are UTF-8 elsewhere")


@pytest.mark.parametrize(("name", "wrong", "shown"), [
    ("../x.py", "leaves the submission", "../x.py"),
    ("a/../../x.py", "leaves the submission", "a/../../x.py"),
    (".git/../x.py", "leaves the submission", ".git/../x.py"),
    ("/etc/x.py", "is absolute", "/etc/x.py"),
    ("C:/x.py", "begins with a drive letter", "C:/x.py"),
    ("c:x.py", "begins with a drive letter", "c:x.py"),
    ("..\\x.py", "leaves the submission", "..\\x.py"),
    ("a\\..\\..\\x.py", "leaves the submission", "a\\..\\..\\x.py"),
    ("a/..\\x.py", "leaves the submission", "a/..\\x.py"),
    ("..\\/x.py", "leaves the submission", "..\\/x.py"),
    ("\\\\host\\x.py", "is absolute", "\\\\host\\x.py"),
    ("\\x.py", "is absolute", "\\x.py"),
    ("C:\\x.py", "begins with a drive letter", "C:\\x.py"),
])
def test_a_name_that_could_leave_the_submission_is_refused(tmp_path, name, wrong, shown):
    content = archive([("good.py", ADAM), (name, b"")])
    assert problem_of(content, tmp_path) == f"the name {wrong}\n  at {shown}\n{NAME_FIX}"


def test_a_backslash_is_read_as_a_slash_once_the_name_is_safe(tmp_path):
    content = archive([("hw\\", b""), ("hw\\adam.py", ADAM), ("hw\\b\\sgd.py", b"1"),
                       ("hw/c.py", b"2"), ("hw\\.git\\x.py", b""), ("__MACOSX\\._a.py", b"")])
    (tmp_path / "ada.zip").write_bytes(content)
    assert contents(collect([tmp_path / "ada.zip"])) == {
        "ada": {"adam.py": ADAM, "b/sgd.py": b"1", "c.py": b"2"}}


def test_a_file_whose_name_holds_a_backslash_is_read_as_one_in_a_folder(tmp_path):
    write(tmp_path / "ada", {"hw\\adam.py": ADAM, "hw\\sgd.py": b"1"})
    write(tmp_path / "ben", {"..\\adam.py": ADAM})
    ada, ben = collect([tmp_path])
    assert contents([ada]) == {"ada": {"adam.py": ADAM, "sgd.py": b"1"}}
    assert said(ben) == f"the name leaves the submission\n  at ..\\adam.py\n{NAME_FIX}"


def test_two_names_that_are_read_as_one_are_refused(tmp_path):
    content = archive([("hw/adam.py", ADAM), ("hw\\adam.py", b"1")])
    assert problem_of(content, tmp_path / "zip") == (
        "the zip holds hw/adam.py more than once\n  expected every name once\n"
        "  fix: make the zip again")
    write(tmp_path / "disk" / "ada", {"hw/adam.py": ADAM, "hw\\adam.py": b"1"})
    assert said(collect([tmp_path / "disk"])[0]) == (
        "hw/adam.py is there more than once\n  expected every name once\n"
        "  fix: hand in one of them")


def test_a_nul_in_a_name_is_refused(tmp_path):
    content = patched(archive([("good.pyX.txt", ADAM)]), b"good.pyX.txt", b"good.py\0.txt")
    assert problem_of(content, tmp_path) == (
        f"the name holds a NUL character\n  at good.py\\x00.txt\n{NAME_FIX}"
    )


@pytest.mark.parametrize(("name", "shown"), [
    ("adam\u202eyp.py", "adam\\u202eyp.py"),
    ("a\nb.py", "a\\nb.py"),
    ("a\x1b[2J.py", "a\\x1b[2J.py"),
])
def test_a_name_that_deceives_the_eye_is_refused_and_shown_as_it_is(tmp_path, name, shown):
    assert problem_of(archive([(name, ADAM)]), tmp_path) == (
        f"the name holds a character that cannot be printed\n  at {shown}\n  fix: rename the file"
    )


def test_a_name_that_no_file_system_takes_is_refused(tmp_path):
    assert problem_of(archive([("x" * 300 + ".py", ADAM)]), tmp_path) == (
        f"the name is too long\n  at {'x' * 79}…\n  expected at most 200 bytes\n"
        "  fix: rename the file"
    )


@pytest.mark.parametrize("names", [["a.py", "a.py"], ["a.py", "./a.py"], ["a.py", "a.py/b.py"]])
def test_a_name_that_stands_twice_is_refused(tmp_path, names):
    assert problem_of(archive([(name, ADAM) for name in names]), tmp_path) == (
        "the zip holds a.py more than once\n  expected every name once\n  fix: make the zip again"
    )


@bytes_names
def test_a_name_of_undecodable_bytes_gets_a_safe_id_and_is_refused(tmp_path):
    with open(os.fsencode(tmp_path) + b"/bob\xff.py", "wb") as file:
        file.write(ADAM)
    [bob] = collect([tmp_path])
    assert (bob.id, bob.origin) == ("bob", f"{tmp_path}/bob\\udcff.py")
    assert said(bob) == (
        "the name holds a character that cannot be printed\n  at bob\\udcff.py\n"
        "  fix: rename the file"
    )


@bytes_names
def test_a_folder_of_undecodable_bytes_is_graded_under_a_safe_id(tmp_path):
    folder = os.fsencode(tmp_path) + b"/bob\xff"
    os.mkdir(folder)
    with open(folder + b"/adam.py", "wb") as file:
        file.write(ADAM)
    [bob] = collect([tmp_path])
    assert (bob.id, bob.problem) == ("bob", None)


def test_a_folder_never_stands_where_a_file_of_the_submission_does(tmp_path):
    notebook = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
    files = {"plugin.py": ADAM, "adam.py/x.py": ADAM, "adam.ipynb": notebook}
    (found,) = collect([write(tmp_path / "ada", files)])
    assert [file.path for file in found.files] == [
        "adam.py/x.py", "adam_notebook.py", "plugin.py"]


def test_a_folder_and_a_file_in_it_mean_that_file_once(tmp_path):
    write(tmp_path, {"ada.py": ADAM, "ben.py": ADAM})
    found = collect([tmp_path, tmp_path / "ada.py", tmp_path / ".." / tmp_path.name / "ada.py"])
    assert [one.id for one in found] == ["ada", "ben"]


def test_a_python_that_reads_names_as_ascii_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.getfilesystemencoding", lambda: "ascii")
    with pytest.raises(HarnessError) as caught:
        collect([tmp_path])
    assert str(caught.value) == (
        "this Python reads the names of files as ascii\n"
        "  expected UTF-8\n"
        "  fix: set the environment variable PYTHONUTF8=1"
    )
