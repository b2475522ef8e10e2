"""What lies beside right homework, for other tools or by mistake, costs itself at most."""

import json

import pytest

from cgp_harness.collect import collect_one
from cgp_harness.collect import folder as reading
from cgp_harness.collect.intake_error import unreadable
from tests.harness.collect.made_submissions import write, zipped
from tests.harness.worker.test_notes import ADAGRAD, SGD, graded, said

HW = (SGD + ADAGRAD).encode()
MISSING = "rmsprop and adam are not registered\n  expected @optimizer above a function for each " \
    "of rmsprop and adam; found sgd_plus, adagrad"
FREE = "; it costs nothing by itself\n  at pyproject.toml"


def notebook(*cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": cell}
        for cell in cells]}).encode()


@pytest.mark.parametrize(("stray", "notes"), [
    ({"pyproject.toml": b"[project\nname = "}, [
        "pyproject.toml is not TOML: Expected ']' at the end of a table declaration (at line 1, "
        f"column 9){FREE}"]),
    ({"pyproject.toml": b"\xff\xfe[project]"}, [
        "pyproject.toml is not TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid "
        f"start byte{FREE}"]),
    ({"pyproject.toml": b"#" * 70_000}, [
        f"pyproject.toml is too large{FREE}\n  expected at most 65,536 bytes"]),
    ({"pyproject.toml": b"#" * 2_000_000}, ["pyproject.toml is too large; it is left out"]),
    ({"pyproject.toml": b'[project.entry-points.cgp_harness]\na = "mine"\n'}, [
        f"pyproject.toml names the module 'mine', which the submission does not hold{FREE}\n"
        "  expected mine.py or mine/__init__.py"]),
    ({"pyproject.toml": b'[project.entry-points.cgp_harness]\na = 3\n[tool.black]\n'}, [
        f"pyproject.toml names the module '3', which the submission does not hold{FREE}\n"
        "  expected 3.py or 3/__init__.py"]),
    ({"sub/pyproject.toml": b"[[["}, []),
    ({"setup.cfg": b"[", "requirements.txt": b"torch==99"}, [
        "requirements.txt, setup.cfg are left out: only .py and .ipynb files are read"]),
    ({"handout.md": b"#", "README.md": b"#", "report.html": b"<p>", "results.json": b"{}",
      "figures/adam.convergence.losses.png": b"\x89"}, []),
    ({"hw.html": b"<p>", "plot.png": b"\x89"}, [
        "hw.html, plot.png are left out: only .py and .ipynb files are read"]),
    ({"conftest.py": b"1 / 0", "setup.py": b"1 / 0", "test_hw.py": b"def broken(:"}, []),
    ({"tests/test_hw.py": b"import pytest_nothing", "tests/conftest.py": b"x ="}, []),
    ({".DS_Store": b"\0", "__pycache__/hw.cpython-311.pyc": b"\0", "__MACOSX/._hw.py": b"\0",
      ".ipynb_checkpoints/hw-checkpoint.ipynb": b"{", ".vscode/settings.json": b"{"}, []),
    ({"test_hw.py": "x = 1".encode("utf-16")}, [
        "test_hw.py is saved as UTF-16, which Python does not read; it is left out: save it with "
        "the encoding UTF-8"]),
    ({"old.ipynb": notebook("def broken(:", "1 / 0")}, [
        "SyntaxError: invalid syntax\n  at old.ipynb, cell 1, line 1",
        "ZeroDivisionError: division by zero\n  at old.ipynb, cell 2, line 1"]),
    ({"old.ipynb": b'{"cells": 3}'}, [
        "old.ipynb is not a notebook that can be read; it is left out: open it in Jupyter, save it "
        "and hand it in again"]),
    ({"old.py": b"def broken(:"}, ["SyntaxError: invalid syntax\n  at old.py:1"]),
])
def test_it_costs_at_most_itself(stray, notes, tmp_path):
    for made in (write(tmp_path / "ada", {"hw.py": HW, **stray}),
                 zipped(tmp_path / "ada.zip", {"hw.py": HW, **stray})):
        submission = collect_one(made)
        assert submission.problem is None
        report = graded(submission)
        told, lost = said(report)
        assert sorted(told) == sorted([*notes, MISSING])
        assert set(lost) == {"rmsprop.loads", "adam.loads"}
        if stray.keys() & {"old.py", "old.ipynb"}:
            break  # one way in is enough


def test_a_project_file_that_cannot_be_opened_costs_itself(tmp_path, monkeypatch):
    def refused(path, longest, **options):
        if path.name == "pyproject.toml":
            raise unreadable(PermissionError(13, "Permission denied"), path.name)
        return path.read_bytes()

    monkeypatch.setattr(reading, "read_regular", refused)
    submission = collect_one(write(tmp_path / "ada", {"hw.py": HW, "pyproject.toml": b""}))
    assert ([file.path for file in submission.files], submission.notes) == (
        ["hw.py"], ("pyproject.toml cannot be read: permission denied; it is left out",))
