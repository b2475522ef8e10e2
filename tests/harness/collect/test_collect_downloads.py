"""Class downloads of five platforms, unpacked and zipped: ids, files, what the platform tells."""

from dataclasses import replace

import pytest

from cgp_harness.collect import collect_class, collect_one
from cgp_harness.errors import HarnessError
from cgp_harness.model import Status, Student
from tests.harness.collect.class_downloads import DOWNLOADS, Handed
from tests.harness.collect.made_submissions import ADAM, archive, contents, write, zipped
from tests.harness.reports.example_reports import PERFECT

WAYS = {
    "folder": write,
    "folder in a folder": lambda root, files: write(root / "in", {
        f"HW 3/{name}": content for name, content in files.items()}),
    "zip": lambda root, files: zipped(root / "class.zip", files),
    "zip of a folder": lambda root, files: zipped(root / "class.zip", {
        f"HW 3/{name}": content for name, content in files.items()}),
    "zip with backslashes": lambda root, files: zipped(root / "class.zip", {
        name.replace("/", "\\"): content for name, content in files.items()}),
    "zip with lists beside": lambda root, files: zipped(root / "class.zip", {
        "grades.csv": b"", "__MACOSX/._x": b"", "HW/.DS_Store": b"",
        **{f"HW/{name}": content for name, content in files.items()}}),
}


def row(submission):
    return Handed(
        {file.path: file.content for file in submission.files}, submission.student,
        submission.submitted_at, submission.late, submission.notes, str(submission.problem or ""))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("platform", DOWNLOADS)
def test_a_class_download_is_a_class(platform, way, tmp_path):
    download = DOWNLOADS[platform]
    found = collect_class([WAYS[way](tmp_path, download.files)])
    assert {one.id: row(one) for one in found.submissions} == download.rows
    assert found.notes == download.notes


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_a_class_download_is_no_students_own_zip(platform, tmp_path):
    path = zipped(tmp_path / "class.zip", DOWNLOADS[platform].files)
    with pytest.raises(HarnessError) as error:
        collect_one(path)
    assert str(error.value) == (
        f"there are {len(DOWNLOADS[platform].rows)} submissions\n  at {path}\n"
        "  expected one: a file, or a folder\n  fix: use `cgp grade` for a class")
    alice = write(tmp_path, {"alice.py": ADAM}) / "alice.py"
    first, second = collect_class([alice, path]).submissions
    assert (first.id, first.problem, second.id) == ("alice", None, "class")
    assert str(second.problem) == (
        "class.zip is the download of a whole class\n  expected one student's submission\n"
        "  fix: grade the download by itself, or unpack it and give the folder")
    alone = zipped(tmp_path / "alone" / "class.zip", DOWNLOADS[platform].files)
    with pytest.raises(HarnessError) as error:
        collect_class([alone.parent])
    assert str(error.value) == (
        f"this folder holds one zip, which is the download of a class\n  at {alone}\n"
        "  fix: give the zip itself, or unpack it and give the folder")


def test_what_lies_beside_a_download_is_a_note_of_a_zip_and_a_submission_of_a_folder(tmp_path):
    files = {"doe_123_6789001_adam.py": ADAM, "roe_124_6789002_adam.py": ADAM,
             "poe_125_6789003_adam.py": ADAM, "added.py": ADAM, "sheet.docx": b"PK", "a.csv": b""}
    zipped_too = collect_class([zipped(tmp_path / "class.zip", files)])
    assert [one.id for one in zipped_too.submissions] == ["doe_123", "poe_125", "roe_124"]
    assert zipped_too.notes == (
        "added.py is left out: its name is none that the platform gives",
        "sheet.docx is left out: its name is none that the platform gives")
    folder = collect_class([write(tmp_path / "subs", files)])
    assert [one.id for one in folder.submissions] == ["added", "doe_123", "poe_125", "roe_124"]
    assert folder.notes == ("sheet.docx is left out: it is no .py, .ipynb or .zip file",)


def test_attempts_whose_order_cannot_be_told_are_nobodys_fault(tmp_path):
    write(tmp_path, {
        "1-9 - Zoë Roe - 3 nov. 2026 23 h 05/adam.py": ADAM,
        "1-9 - Zoë Roe - 4 nov. 2026 23 h 05/adam.py": b"2",
        "2-9 - Jane Doe - Nov 3, 2026 1105 PM/adam.py": ADAM,
    })
    jane, zoe = collect_class([tmp_path]).submissions
    assert (jane.problem, zoe.problem.status) == (None, Status.GRADER_ERROR)
    assert (zoe.student, zoe.submitted_at) == (Student("Brightspace", "1", "Zoë Roe"), "")
    assert str(zoe.problem) == (
        "which attempt is the last cannot be told: 3 nov. 2026 23 h 05, 4 nov. 2026 23 h 05\n"
        "  expected times as English writes them\n"
        "  fix: delete the folders of the earlier attempts")


def test_attempts_are_counted_where_a_download_holds_more_than_one(tmp_path):
    write(tmp_path / "one", {
        "1-9 - Zoë Roe - Nov 3, 2026 1105 PM/adam.py": ADAM,
        "1-9 - Zoë Roe - Nov 4, 2026 1105 PM/adam.py": b"2",
        "1-9 - Zoë Roe - Nov 5, 2026 1105 PM/adam.py": b"3",
        "2-9 - Jane Doe - Nov 3, 2026 1105 PM/adam.py": ADAM,
    })
    jane, zoe = collect_class([tmp_path / "one"]).submissions
    assert (jane.attempts, zoe.attempts, zoe.submitted_at) == (0, 3, "2026-11-05T23:05:00")
    assert replace(PERFECT, attempts=0).of(zoe).attempts == 3
    write(tmp_path / "other", {
        "HW 3_zoe_attempt_2026-11-03-10-00-00_adam.py": ADAM,
        "HW 3_zoe_attempt_2026-11-04-10-00-00_adam.py": b"2",
        "HW 3_jane_attempt_2026-11-03-10-00-00_adam.py": ADAM,
    })
    assert [one.attempts for one in collect_class([tmp_path / "other"]).submissions] == [0, 2]


def test_a_students_zip_is_opened_and_one_in_it_is_not(tmp_path):
    inner = archive([("adam.py", ADAM), ("more.zip", archive([("sgd.py", b"1")]))])
    write(tmp_path, {
        "ada/hw3.zip": inner, "ada/report.pdf": b"",
        "ben/adam.py": ADAM, "ben/hw3.zip": archive([("adam.py", ADAM), ("x/sgd.py", b"2")]),
        "eva/adam.py": ADAM, "eva/adam.py.zip": archive([("x.py", b"3")]),
        "ida/adam.py": ADAM, "ida/data.zip": b"no zip",
        "joe/data.zip": b"no zip", "kim/data.zip": archive([("data.csv", b"")]),
    })
    found = collect_class([tmp_path]).submissions
    assert contents(found) == {
        "ada": {"adam.py": ADAM}, "ben": {"adam.py": ADAM, "hw3/x/sgd.py": b"2"},
        "eva": {"adam.py": ADAM, "adam_py/x.py": b"3"}, "ida": {"adam.py": ADAM}, "joe": {},
        "kim": {}}
    assert [one.notes for one in found[:4]] == [
        ("hw3/more.zip, report.pdf are left out: only .py and .ipynb files are read",), (), (),
        ("data.zip: the zip is damaged, or no zip; it is left out",)]
    assert [str(one.problem) for one in found[4:]] == [
        "data.zip: the zip is damaged, or no zip\n  expected a zip that opens\n"
        "  fix: make the zip again and upload it again",
        "there is no Python file, only data/data.csv\n  expected at least one .py or .ipynb file"]


DISGUISED = {
    "canvas": ({
        "ada_101_1000001_adam.py": ADAM, "bob_999_2000002_adam.py": ADAM,
        "eve_123_3000003_m.py": b"1", "eve_123_3000004_bob_999_text.html": b"",
        "eve_123_3000005_bob_999_4000004_adam.py": b"2", "eve_123_3000006_text.html": b"",
    }, {"ada_101": ["adam.py"], "bob_999": ["adam.py"],
        "eve_123": ["bob_999_4000004_adam.py", "m.py"]}),
    "canvas as moodle": ({
        "ada_101_1000001_adam.py": ADAM, "ada_101_1000002_sgd.py": ADAM,
        **{f"eve_123_300000{n}_bob_9_assignsubmission_file_x{n}.py": b"1" for n in range(4)},
    }, {"ada_101": ["adam.py", "sgd.py"],
        "eve_123": [f"bob_9_assignsubmission_file_x{n}.py" for n in range(4)]}),
    "blackboard": ({
        "HW_ada_attempt_2026-11-03-10-00-00_adam.py": ADAM,
        "HW_bob_attempt_2026-11-03-10-00-00_adam.py": ADAM,
        "HW_eve_attempt_2026-11-03-10-00-00_HW_bob_attempt_2026-12-03-10-00-00_adam.py": b"1",
        "HW_eve_attempt_2026-11-03-10-00-00_HW_bob_attempt_2026-12-03-10-00-00.txt": b"",
    }, {"ada": ["adam.py"], "bob": ["adam.py"],
        "eve": ["HW_bob_attempt_2026-12-03-10-00-00_adam.py"]}),
    "moodle": ({
        "Ada_1_assignsubmission_file_adam.py": ADAM, "Bob_9_assignsubmission_file_adam.py": ADAM,
        "Eve_2_assignsubmission_file_Bob_9_assignsubmission_file_adam.py": b"1",
        "Eve_2_assignsubmission_file_bob_999_2000002_adam.py": b"1",
    }, {"Ada_1": ["adam.py"], "Bob_9": ["adam.py"],
        "Eve_2": ["Bob_9_assignsubmission_file_adam.py", "bob_999_2000002_adam.py"]}),
    "brightspace": ({
        "1-7 - Ada - Nov 26, 2025 933 PM - adam.py": ADAM,
        "9-7 - Bob - Nov 26, 2025 933 PM - adam.py": ADAM,
        "2-7 - Eve - Nov 26, 2025 933 PM - 9-7 - Bob - Nov 27, 2025 933 PM - adam.py": b"1",
    }, {"Ada_1": ["adam.py"], "Bob_9": ["adam.py"],
        "Eve_2": ["9-7 - Bob - Nov 27, 2025 933 PM - adam.py"]}),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_file_that_is_called_like_anothers_is_its_own_students(name, tmp_path):
    files, held = DISGUISED[name]
    found = collect_class([write(tmp_path, files)]).submissions
    assert {one.id: [file.path for file in one.files] for one in found} == held
