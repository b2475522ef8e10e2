"""Collecting: which submissions a path holds, and which files each of them has."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cgp_harness.collect import IntakeLimits, collect, exports
from cgp_harness.errors import HarnessError
from cgp_harness.model import Status

ADAM = b"def adam(g): ...\n"


def write(root, files):
    """A folder with these files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def zipped(path, files):
    """A zip with these files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(submissions):
    """Files by submission."""
    return {s.id: {file.path: file.content for file in s.files} for s in submissions}


def refused(path):
    with pytest.raises(HarnessError) as error:
        collect([path] if isinstance(path, Path) else path)
    return str(error.value)


# --- one submission ----------------------------------------------------------------------------


def test_a_python_file_is_one_submission(tmp_path):
    path = write(tmp_path, {"alice.py": ADAM}) / "alice.py"
    [submission] = collect([path])
    assert contents([submission]) == {"alice": {"alice.py": ADAM}}
    assert (submission.origin, submission.problem) == (str(path), None)


def test_a_path_is_shown_as_it_was_given(tmp_path, monkeypatch):
    write(tmp_path, {"subs/alice.py": ADAM})
    monkeypatch.chdir(tmp_path)
    assert [s.origin for s in collect([Path("subs")])] == ["subs/alice.py"]


def test_the_current_folder_has_its_own_name(tmp_path, monkeypatch):
    write(tmp_path, {"alice/plugin.py": ADAM})
    monkeypatch.chdir(tmp_path / "alice")
    assert [s.id for s in collect([Path(".")])] == ["alice"]


@pytest.mark.parametrize("mark", ["plugin.py", "pyproject.toml"])
def test_a_folder_with_a_plugin_or_a_project_is_one_submission(tmp_path, mark):
    write(tmp_path / "alice.smith", {mark: b"", "src/rule.py": ADAM})
    assert contents(collect([tmp_path / "alice.smith"])) == {
        "alice.smith": {mark: b"", "src/rule.py": ADAM}
    }


def test_only_sources_are_kept_and_a_report_is_no_problem(tmp_path):
    files = {"adam.py": ADAM, "pyproject.toml": b"[project]", "report.pdf": b"%PDF", "d.csv": b"1",
             ".git/config.py": b"", "__pycache__/adam.py": b"", "__MACOSX/._adam.py": b""}
    kept = {"adam.py": ADAM, "pyproject.toml": b"[project]"}
    write(tmp_path / "a" / "one", files)
    zipped(tmp_path / "a" / "two.zip", files)
    assert contents(collect([tmp_path / "a"])) == {"one": kept, "two": kept}


def test_a_file_of_one_students_own_encoding_is_kept_as_bytes(tmp_path):
    path = write(tmp_path, {"alice.py": b"# \xe4\n"}) / "alice.py"
    assert contents(collect([path])) == {"alice": {"alice.py": b"# \xe4\n"}}


def test_windows_upper_case_suffix_is_python(tmp_path):
    zipped(tmp_path / "alice.ZIP", {"ADAM.PY": ADAM, "sgd.py": b""})
    assert contents(collect([tmp_path])) == {"alice": {"ADAM.py": ADAM, "sgd.py": b""}}


def test_the_same_bytes_have_one_digest_however_they_came(tmp_path):
    files = {"hw/adam.py": ADAM, "hw/b/sgd.py": b"1"}
    bare = {"adam.py": ADAM, "b/sgd.py": b"1"}
    write(tmp_path / "folder", bare)
    write(tmp_path / "nested", files)
    zipped(tmp_path / "zip.zip", bare)
    zipped(tmp_path / "zipped_folder.zip", files)
    zipped(tmp_path / "twice.zip", {f"x/{name}": content for name, content in files.items()})
    submissions = collect([tmp_path])
    assert len(submissions) == 5
    assert len({s.sha256 for s in submissions}) == 1
    assert [file.path for file in submissions[0].files] == ["adam.py", "b/sgd.py"]


def test_a_package_keeps_its_folder_for_its_relative_imports(tmp_path):
    path = zipped(tmp_path / "a.zip", {"hw/rules/__init__.py": b"", "hw/rules/adam.py": ADAM})
    assert contents(collect([path])) == {"a": {"rules/__init__.py": b"", "rules/adam.py": ADAM}}


def test_a_link_inside_the_submission_is_followed(tmp_path):
    write(tmp_path / "alice", {"rule.txt": ADAM, "code/adam.py": ADAM, "x.py": b""})
    (tmp_path / "alice" / "plugin.py").symlink_to("rule.txt")
    (tmp_path / "alice" / "loop").symlink_to(".")
    assert contents(collect([tmp_path / "alice"])) == {
        "alice": {"code/adam.py": ADAM, "plugin.py": ADAM, "x.py": b""}
    }


def test_nothing_is_written(tmp_path):
    zipped(tmp_path / "alice.zip", {"adam.py": ADAM})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    collect([tmp_path])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_nothing_is_run(tmp_path):
    write(tmp_path, {"alice.py": b"raise SystemExit", "conftest/plugin.py": b"1/0"})
    assert [s.problem for s in collect([tmp_path])] == [None, None]


# --- a folder of submissions -------------------------------------------------------------------


def test_each_entry_of_a_folder_is_a_submission_and_lists_beside_them_are_not(tmp_path):
    write(tmp_path, {"hw10.py": ADAM, "hw2/a.py": ADAM, "grades.csv": b"", "README.md": b"",
                     "list.yml": b"", "notes.txt": b"", "handout.pdf": b"", ".hidden.py": b"",
                     "__pycache__/x.py": b"", ".git/x.py": b"", "__MACOSX/x.py": b"",
                     ".DS_Store": b""})
    zipped(tmp_path / "hw3 First Last.zip", {"adam.py": ADAM, "report.pdf": b""})
    assert contents(collect([tmp_path])) == {
        "hw2": {"a.py": ADAM}, "hw3_First_Last": {"adam.py": ADAM}, "hw10": {"hw10.py": ADAM}
    }


def test_the_order_is_natural(tmp_path):
    write(tmp_path, {f"{name}.py": ADAM for name in ("s10", "S2", "s1", "b", "10", "9")})
    assert [s.id for s in collect([tmp_path])] == ["9", "10", "b", "s1", "S2", "s10"]


def test_several_paths_are_one_batch_and_a_path_counts_once(tmp_path):
    one = write(tmp_path / "one", {"alice.py": ADAM}) / "alice.py"
    two = write(tmp_path / "two", {"Alice.py": b"2", "alice-2.py": b"3"})
    assert contents(collect([one, two, one])) == {
        "Alice": {"Alice.py": b"2"}, "alice-2": {"alice-2.py": b"3"}, "alice-3": {"alice.py": ADAM}
    }


def test_what_is_no_submission_gets_a_report_all_the_same(tmp_path):
    write(tmp_path, {"alice.rar": b"Rar!", "bob.py": ADAM})
    alice, bob = collect([tmp_path])
    assert (alice.id, alice.files, bob.problem) == ("alice", (), None)
    assert str(alice.problem) == (
        "alice.rar is no submission\n  expected a .py or .ipynb file, a .zip, or a folder of them"
    )


# --- downloads of hosts ------------------------------------------------------------------------


def test_canvas_files_of_one_student_are_one_submission(tmp_path):
    write(tmp_path, {
        "doejane_12345_67890_adam-1.py": ADAM, "doejane_12345_67891_sgd.py": b"1",
        "doejane_12345_67892_report.pdf": b"", "roejohn_LATE_222_67893_adam.py": b"2",
        "Gradebook.csv": b"",
    })
    zipped(tmp_path / "zoe_LATE_333_67894_hw3.zip", {"hw3/adam.py": ADAM})
    submissions = collect([tmp_path])
    assert contents(submissions) == {
        "doejane_12345": {"adam.py": ADAM, "sgd.py": b"1"},
        "roejohn_222": {"adam.py": b"2"},
        "zoe_333": {"adam.py": ADAM},
    }
    assert [s.origin for s in submissions] == [
        f"{tmp_path}/doejane_12345_67890_adam-1.py and 2 more",
        f"{tmp_path}/roejohn_LATE_222_67893_adam.py",
        f"{tmp_path}/zoe_LATE_333_67894_hw3.zip",
    ]


def test_canvas_names_that_would_be_the_same_stay_apart(tmp_path):
    write(tmp_path, {
        "a_123_10001_x.py": b"1", "a_123_10002_x-1.py": b"2",
        "b_456_10003_y.py": b"3", "b_456_10004_y.py": b"4",
    })
    assert contents(collect([tmp_path])) == {
        "a_123": {"x.py": b"1", "x-1.py": b"2"},
        "b_456": {"10003_y.py": b"3", "10004_y.py": b"4"},
    }


def test_a_student_who_sent_canvas_only_a_report_is_told_so(tmp_path):
    write(tmp_path, {"doe_123_45678_report.pdf": b"", "roe_124_45679_adam.py": ADAM})
    doe, roe = collect([tmp_path])
    assert roe.problem is None
    assert str(doe.problem) == (
        "there is no Python file, only report.pdf\n  expected at least one .py or .ipynb file"
    )


def test_a_date_in_a_name_is_not_taken_for_canvas_numbers(tmp_path):
    write(tmp_path, {"hw_2024_10_alice.py": ADAM, "hw_2024_11_bob.py": ADAM})
    assert [s.id for s in collect([tmp_path])] == ["hw_2024_10_alice", "hw_2024_11_bob"]


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
        "mallory.zip is a whole Gradescope export\n  expected one student's submission\n"
        "  fix: grade the export by itself, or unpack it and give the folder"
    )
    assert [s.id for s in collect([tmp_path])] == ["alice", "mallory"]


# --- wrong use ---------------------------------------------------------------------------------


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


def test_an_export_whose_list_cannot_be_read_is_named(tmp_path, monkeypatch):
    write(tmp_path, GRADESCOPE_FILES)
    monkeypatch.setattr(os, "open", denied)
    assert refused(tmp_path) == (
        "submission_metadata.yml cannot be read: permission denied\n"
        f"  at {tmp_path}/submission_metadata.yml\n  expected Gradescope's own list of students"
    )


def denied(*_):
    raise PermissionError(13, "Permission denied", "/private/path")


def test_what_a_student_made_unreadable_is_that_students_problem(tmp_path, monkeypatch):
    write(tmp_path, {"alice/adam.py": ADAM})
    monkeypatch.setattr(os, "open", denied)
    [alice] = collect([tmp_path])
    assert alice.problem.status is Status.STUDENT_ERROR
    assert str(alice.problem) == "adam.py cannot be read: permission denied"


def test_limits_are_the_callers(tmp_path):
    write(tmp_path, {"alice.py": b"12345"})
    [alice] = collect([tmp_path], IntakeLimits(file_bytes=4))
    assert str(alice.problem) == "alice.py is too large\n  expected at most 4 bytes"
    assert collect([tmp_path], IntakeLimits(file_bytes=5))[0].problem is None


def test_collect_needs_neither_torch_nor_numpy_nor_nbformat():
    code = ("import sys, cgp_harness.collect; "
            "print([m for m in ('torch', 'numpy', 'nbformat', 'msgspec') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


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
    monkeypatch.setattr(exports, limit, value)
    path = zipped(tmp_path / "e.zip", GRADESCOPE_FILES)
    assert [s.id for s in collect([path])] == ["e"]


def test_a_submission_that_vanishes_while_it_is_read_is_named(tmp_path, monkeypatch):
    write(tmp_path, {"alice.py": ADAM})
    monkeypatch.setattr(Path, "lstat", denied)
    assert str(collect([tmp_path])[0].problem) == "alice cannot be read: permission denied"
