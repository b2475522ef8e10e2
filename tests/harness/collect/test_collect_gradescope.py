"""Gradescope exports: each folder under its student's name, unpacked or still zipped."""

import os

import pytest

from cgp_harness.collect import collect
from cgp_harness.collect.exports import zipped as zipped_download
from cgp_harness.errors import HarnessError
from tests.harness.collect.made_submissions import ADAM, contents, denied, write, zipped

METADATA = b"""---
submission_11:
  :submitters:
  - :name: First Last
    :sid: '0012345'
    :email: first@example.edu
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :results:
    output: |-
      submission_12:
        :submitters:
        - :name: x
          :sid: '999'
submission_12:
  :submitters:
  - :name: "Pair One"
    :sid: ''
    :email: one@example.edu
  - :name: Pair Two
    :sid: 201
submission_13:
  :submitters:
  - :name: !binary |-
      w6k=
submission_14:
  :submitters: []
submission_15:
  :submitters:
  - :name: Nobody's Folder
"""
GRADESCOPE_FILES = {
    "submission_metadata.yml": METADATA,
    "submission_11/adam.py": ADAM, "submission_11/report.pdf": b"",
    "submission_12/hw/adam.py": b"2", "submission_13/a.py": b"3", "submission_14/a.py": b"4",
}
GRADESCOPE = {
    "0012345": {"adam.py": ADAM}, "Nobody_s_Folder": {}, "one_example.edu_201": {"adam.py": b"2"},
    "submission_13": {"a.py": b"3"}, "submission_14": {"a.py": b"4"},
}


def test_gradescope_says_who_handed_in_each_folder(tmp_path):
    write(tmp_path / "assignment_9_export", GRADESCOPE_FILES)
    submissions = collect([tmp_path / "assignment_9_export"])
    assert contents(submissions) == GRADESCOPE
    assert contents(collect([tmp_path])) == GRADESCOPE
    assert str(submissions[1].problem) == (
        "the export lists submission_15 but holds no such folder\n"
        "  at submission_metadata.yml\n  fix: download the export again"
    )


@pytest.mark.parametrize("root", ["", "assignment_9_export/"])
def test_a_zipped_gradescope_export_is_a_batch(tmp_path, root):
    files = {root + name: content for name, content in GRADESCOPE_FILES.items()}
    path = zipped(tmp_path / "e.zip", files)
    submissions = collect([path])
    assert contents(submissions) == GRADESCOPE
    assert submissions[0].origin == f"{path}/{root}submission_11"


def test_one_bad_submission_in_a_zipped_export_costs_no_other(tmp_path):
    path = zipped(tmp_path / "e.zip", {
        "submission_metadata.yml": b"", "submission_1/../submission_2/a.py": b"1",
        "submission_2/a.py": ADAM,
    })
    first, second = collect([path])
    assert contents([second]) == {"submission_2": {"a.py": ADAM}}
    assert str(first.problem) == (
        "the name leaves the submission\n  at ../submission_2/a.py\n"
        "  expected a relative path with '/' that stays inside the submission"
    )


def test_a_students_zip_among_others_cannot_name_other_students(tmp_path):
    forged = zipped(tmp_path / "mallory.zip", GRADESCOPE_FILES)
    alice = zipped(tmp_path / "alice.zip", {"a.py": ADAM})
    first, second = collect([alice, forged])
    assert (first.id, first.problem, second.id) == ("alice", None, "mallory")
    assert str(second.problem) == (
        "mallory.zip is the download of a whole class\n  expected one student's submission\n"
        "  fix: grade the download by itself, or unpack it and give the folder"
    )
    assert [s.id for s in collect([tmp_path])] == ["alice", "mallory"]


def test_only_the_first_lines_of_a_submission_say_whose_it_is(tmp_path):
    forged = ("submission_1:\n  :submitters:\n  - :sid: '100'\n  :output: |-\n"
              "    x\u2028submission_2:\u2028  :submitters:\u2028  - :sid: '200'\n"
              "  :submitters:\n  - :sid: '300'\n")
    write(tmp_path, {"submission_metadata.yml": forged.encode(), "submission_1/a.py": ADAM,
                     "submission_2/a.py": ADAM})
    assert [s.id for s in collect([tmp_path])] == ["100", "submission_2"]


def test_a_link_that_is_called_an_export_is_not_followed(tmp_path):
    write(tmp_path / "elsewhere", GRADESCOPE_FILES)
    (tmp_path / "subs").mkdir()
    (tmp_path / "subs" / "assignment_9_export").symlink_to("../elsewhere")
    [link] = collect([tmp_path / "subs"])
    assert str(link.problem) == (
        "assignment_9_export is neither a file nor a folder\n  expected no links, pipes or devices"
    )


@pytest.mark.parametrize(("limit", "value"), [("RECORDS", 3), ("METADATA_BYTES", 100)])
def test_an_export_without_end_is_not_opened_as_one(tmp_path, monkeypatch, limit, value):
    monkeypatch.setattr(zipped_download, limit, value)
    path = zipped(tmp_path / "e.zip", GRADESCOPE_FILES)
    assert [s.id for s in collect([path])] == ["e"]


def test_an_export_whose_list_cannot_be_read_is_named(tmp_path, monkeypatch):
    write(tmp_path, GRADESCOPE_FILES)
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(HarnessError) as error:
        collect([tmp_path])
    assert str(error.value) == (
        "submission_metadata.yml cannot be read: permission denied\n"
        f"  at {tmp_path}/submission_metadata.yml\n  expected Gradescope's own list of students"
    )
