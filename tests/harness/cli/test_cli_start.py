"""`cgp start`: what a homework hands out, in a folder of the student's own."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cgp_harness.assignment import folder_of, installed
from cgp_harness.cli import main

TOML = """
id = "own"
title = "Own"
version = "1"

[[tasks]]
id = "sgd_plus"
title = "SGD+"
family = "sgd_plus"
accept = ["lr_in_buffer"]
hyperparameters = {lr = 1e-3, mu = 0.9}

[tasks.checks]
loads = {points = 1}
"""


def cgp(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_starter_and_handout_are_copied_and_what_comes_next_is_said():
    done = cgp("start", "step_size")
    assert (done.exit_code, done.output) == (0, (
        "wrote step_size/step_size.py\n"
        "wrote step_size/handout.md\n"
        "next: read step_size/handout.md, write what step_size/step_size.py leaves open, and try: "
        "cgp check step_size/step_size.py -a step_size\n"))
    for copy, name in (("step_size.py", "starter.py"), ("handout.md", "handout.md")):
        assert Path("step_size", copy).read_bytes() == (
            folder_of("step_size") / name).read_bytes()


@pytest.mark.parametrize("name", installed())
def test_every_homework_can_be_started(name):
    assert cgp("start", name, "mine").exit_code == 0
    assert sorted(path.name for path in Path("mine").iterdir()) == sorted(
        [f"{name}.py", "handout.md"])


def test_nothing_is_overwritten_and_nothing_half_written():
    Path("mine").mkdir()
    Path("mine", "handout.md").write_text("my notes", encoding="utf-8")
    done = cgp("start", "step_size", "mine")
    assert (done.exit_code, done.output) == (2, (
        "error: the file is there already\n"
        "  at mine/handout.md\n"
        "  expected a new name\n"
        "  fix: nothing was written; give another name\n"))
    assert [path.name for path in Path("mine").iterdir()] == ["handout.md"]
    assert Path("mine", "handout.md").read_text("utf-8") == "my notes"


def test_a_homework_of_ones_own_is_started_from_its_folder():
    Path("home").mkdir()
    Path("home", "assignment.toml").write_text(TOML, encoding="utf-8")
    done = cgp("start", "home", "mine")
    assert (done.exit_code, done.output) == (2, (
        "error: own hands out no starter.py\n"
        "  at home\n"
        "  fix: write what its tasks ask for; `cgp new --help` lists what there is to begin with\n"
        ))
    Path("home", "starter.py").write_text("...\n", encoding="utf-8")
    done = cgp("start", "home", "mine")
    assert (done.exit_code, done.output) == (0, (
        "wrote mine/own.py\n"
        "next: write what mine/own.py leaves open, and try: cgp check mine/own.py -a home\n"))


def test_a_homework_that_there_is_not_and_a_folder_that_cannot_be():
    done = cgp("start", "step_sise")
    assert (done.exit_code, done.output.splitlines()[0]) == (
        2, "error: there is no assignment 'step_sise'")
    Path("file").write_text("", encoding="utf-8")
    done = cgp("start", "step_size", "file")
    assert done.exit_code == 2
    assert done.output.startswith("error: the starter cannot be written: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_with_the_file_and_leaves_no_half(monkeypatch):
    written = Path.open

    def full(path, mode="r", *args, **kinds):
        if (path.name, mode) != ("handout.md", "xb"):
            return written(path, mode, *args, **kinds)
        path.touch()
        return open("/dev/full", "wb", buffering=0)

    monkeypatch.setattr(Path, "open", full)
    done = cgp("start", "step_size", "mine")
    assert (done.exit_code, done.output) == (2, (
        "error: cannot write the file: no space left on device\n"
        "  at mine/handout.md\n"
        "  expected room for it, in a folder that can be written\n"
        "  fix: make room, or give another place\n"))
    assert list(Path("mine").iterdir()) == []
