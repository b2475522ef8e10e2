"""Collecting: which submissions a path holds, and which files each of them has."""

import subprocess
import sys
from pathlib import Path

import pytest

from cgp_harness.collect import IntakeLimits, collect, collect_class, collect_one
from tests.harness.collect.made_submissions import ADAM, contents, write, zipped


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


def test_what_is_no_submission_is_told_to_the_staff_and_is_no_student(tmp_path):
    write(tmp_path, {"alice.rar": b"Rar!", "bob.py": ADAM, "notes.docx": b"PK", "grades.csv": b"",
                     "dave/.DS_Store": b"", "eve/report.docx": b"", "x\x1b[2J.bin": b""})
    (tmp_path / "carol").mkdir()
    found = collect_class([tmp_path])
    assert [one.id for one in found.submissions] == ["bob", "eve"]
    assert str(found.submissions[1].problem) == (
        "there is no Python file, only report.docx\n  expected at least one .py or .ipynb file")
    assert found.notes == (
        "alice.rar is left out: only zips are opened; unpack it if it is a submission",
        "carol is left out: the folder is empty",
        "dave is left out: the folder is empty",
        "notes.docx is left out: it is no .py, .ipynb or .zip file",
        "x\\x1b[2J.bin is left out: it is no .py, .ipynb or .zip file",
    )


@pytest.mark.parametrize(("name", "proper", "why"), [
    ("adam.py.txt", "adam.py", "Windows may hide the ending .txt"),
    ("adam.ipynb.txt", "adam.ipynb", "Windows may hide the ending .txt"),
    ("adam.ipynb.json", "adam.ipynb", "browsers may add the ending .json"),
    ("ADAM.PY.TXT", "ADAM.PY", "Windows may hide the ending .txt"),
])
def test_a_file_with_a_second_ending_gets_a_row_that_says_what_to_do(name, proper, why, tmp_path):
    write(tmp_path, {f"subs/{name}": ADAM, "subs/zoe.py": ADAM, f"eve/{name}": ADAM})
    found = collect_class([tmp_path / "subs"])
    assert ([one.problem is None for one in found.submissions], found.notes) == ([False, True], ())
    assert str(found.submissions[0].problem) == (
        f"{name} is no submission\n  expected a .py or .ipynb file, a .zip, or a folder of them\n"
        f"  fix: rename it to {proper}; {why}")
    assert str(collect_one(tmp_path / "eve").problem) == (
        f"there is no Python file, only {name}\n  expected at least one .py or .ipynb file\n"
        f"  fix: rename {name} to {proper}; {why}")


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
