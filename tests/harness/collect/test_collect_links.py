"""Links, pipes and devices: none is followed out of its submission, none is opened."""

import os
import stat
import zipfile

import pytest

from cgp_harness.collect import collect
from tests.harness.collect.made_submissions import ADAM, KINDS, archive, problem_of, said

LINK, PIPE = stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644


def special(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize("mode", [LINK, PIPE, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_zip_with_links_or_devices_is_refused(tmp_path, mode):
    content = archive([(special("data.txt", mode), "/etc/passwd"), ("good.py", ADAM)])
    assert problem_of(content, tmp_path) == (
        f"data.txt is neither a file nor a folder\n{KINDS}"
    )


@pytest.mark.parametrize("target", ["../secret.py", "/etc/passwd", "sub/../../secret.py"])
def test_a_link_out_of_the_folder_is_refused(tmp_path, target):
    (tmp_path / "secret.py").write_bytes(b"the solution")
    (tmp_path / "mallory" / "sub").mkdir(parents=True)
    (tmp_path / "mallory" / "plugin.py").symlink_to(target)
    assert said(collect([tmp_path])[0]) == (
        "the link plugin.py leaves the submission\n"
        "  expected links only to files of the same submission\n"
        "  fix: replace the link by the file"
    )


@pytest.mark.parametrize(("target", "why"), [
    ("plugin.py", "too many levels of symbolic links"), ("nothing.py", "no such file or directory")
])
def test_a_link_to_nowhere_is_refused(tmp_path, target, why):
    (tmp_path / "mallory").mkdir()
    (tmp_path / "mallory" / "plugin.py").symlink_to(target)
    [mallory] = collect([tmp_path])
    assert said(mallory) == (
        f"the link plugin.py cannot be read: {why}\n  fix: replace the link by the file")


@pytest.mark.parametrize("name", ["bob.py", "bob.zip", "bob"])
def test_a_link_to_another_students_submission_is_refused(tmp_path, name):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "adam.py").write_bytes(ADAM)
    (tmp_path / name).symlink_to("alice")
    alice, bob = collect([tmp_path])
    assert alice.problem is None
    assert said(bob) == f"{name} is neither a file nor a folder\n{KINDS}"


@pytest.mark.parametrize("name", ["mallory/adam.py", "mallory/data.txt", "mallory.py"])
def test_a_pipe_is_never_opened(tmp_path, name):
    (tmp_path / "mallory").mkdir()
    os.mkfifo(tmp_path / name)
    shown = name.removeprefix("mallory/")
    problems = [said(s) for s in collect([tmp_path]) if s.problem]
    assert f"{shown} is neither a file nor a folder\n{KINDS}" in problems


def test_a_file_that_becomes_a_pipe_after_the_first_look_is_refused(tmp_path, monkeypatch):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "adam.py").write_bytes(ADAM)
    os.mkfifo(tmp_path / "pipe")
    really = os.open
    monkeypatch.setattr(os, "open", lambda _, flags: really(tmp_path / "pipe", flags))
    assert said(collect([tmp_path / "m"])[0]) == f"adam.py is neither a file nor a folder\n{KINDS}"
