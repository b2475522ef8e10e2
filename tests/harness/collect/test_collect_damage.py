"""Damaged, encrypted and empty submissions: each is its own student's problem."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_harness.collect import collect
from cgp_harness.model import Submission
from tests.harness.collect.made_submissions import ADAM, archive, patched, problem_of

DAMAGED = ("the zip is damaged, or no zip\n  expected a zip that opens\n"
           "  fix: make the zip again and upload it again")


@pytest.mark.parametrize("content", [
    b"", b"Rar!\x1a\x07", archive([("a.py", ADAM)])[:-30], b"PK\x05\x06" + b"\xff" * 18,
], ids=["empty", "rar", "truncated", "nonsense"])
def test_a_damaged_zip_is_its_students_problem(tmp_path, content):
    assert problem_of(content, tmp_path) == DAMAGED


def test_a_name_that_says_utf_8_and_is_not_is_its_students_problem(tmp_path):
    content = patched(archive([("é.py", ADAM)]), "é".encode(), b"\xff\xff")
    assert problem_of(content, tmp_path) == DAMAGED


def test_a_zip_without_its_beginning_is_its_students_problem(tmp_path):
    content = archive([("a.py", ADAM)])[40:]
    assert problem_of(content, tmp_path) == DAMAGED.replace("\n", "\n  at a.py\n", 1)


def test_a_flipped_bit_in_a_file_is_its_students_problem(tmp_path):
    content = patched(archive([("a.py", ADAM)], zipfile.ZIP_STORED), b"def adam", b"def adal")
    assert problem_of(content, tmp_path) == DAMAGED.replace("\n", "\n  at a.py\n", 1)


def test_an_encrypted_file_is_its_students_problem_if_it_is_source(tmp_path):
    content = bytearray(archive([("a.py", ADAM)]))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert problem_of(bytes(content), tmp_path) == (
        "a.py is encrypted\n  fix: make the zip without a password"
    )
    report = content.replace(b"a.py", b"a.md")
    assert problem_of(bytes(report), tmp_path) == (
        "there is no Python file, only a.md\n  expected at least one .py or .ipynb file"
    )


@pytest.mark.parametrize(("members", "found", "fix"), [
    ([], "", ""),
    ([(".adam.py", ADAM)], "", ""),
    ([("pyproject.toml", b"")], "", ""),
    ([(f"{i}.pdf", b"") for i in range(5)], ", only 0.pdf, 1.pdf, 2.pdf, 2 more", ""),
    ([("code.zip", archive([("adam.py", ADAM)]))], ", only code.zip",
     "\n  fix: hand in the files themselves, not an archive inside an archive"),
])
def test_a_zip_without_python_is_its_students_problem(tmp_path, members, found, fix):
    assert problem_of(archive(members), tmp_path) == (
        f"there is no Python file{found}\n  expected at least one .py or .ipynb file{fix}"
    )


VALID = archive([("a.py", ADAM), ("b/c.txt", b"data"), ("n.ipynb", b"{}")])


@st.composite
def damaged_zips(draw):
    """A zip with some of its bytes changed: most of it still makes sense to the reader."""
    content = bytearray(VALID)
    for _ in range(draw(st.integers(1, 4))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))]) if draw(st.booleans()) else (
        bytes(content)
    )


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | damaged_zips())
def test_no_bytes_called_zip_ever_stop_a_batch(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("zip") / "x.zip"
    path.write_bytes(content)
    [submission] = collect([path])
    assert isinstance(submission, Submission)
    assert bool(submission.files) != bool(submission.problem)
