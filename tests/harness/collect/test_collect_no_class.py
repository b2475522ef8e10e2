"""Zips and folders that are no class download, and what is said of those that may be one."""

import pytest

from cgp_harness.collect import collect, collect_class, collect_one
from cgp_harness.errors import HarnessError
from tests.harness.collect.made_submissions import ADAM, archive, write, zipped

ONE = {  # one student's zip, by what is in it
    "a file": ["adam.py"],
    "a folder": ["hw3/adam.py", "hw3/sgd.py"],
    "two folders deep": ["ada/hw3/adam.py"],
    "digits and underscores": ["hw_3_adam_12345.py", "hw_3_sgd_12345.py"],
    "a date": ["adam_2026_10_01.py"],
    "a date and a time": ["ada_20261103_110500_adam.py", "ada_20261103_110501_sgd.py"],
    "a student's number and a date": ["adam_0012345_20261103_v1.py"],
    "numbers with zeros": ["doe_012345_067890_adam.py"],
    "a version": ["adam_123_4567_x.py"],
    "one like Canvas among others": ["doe_12345_6789001_a.py", "util.py", "main.py"],
    "versions": ["adam_v1.py", "adam_v2.py", "adam_v3.py"],
    "a package": ["rules/__init__.py", "rules/adam.py", "rules/sgd.py"],
    "packages": ["a/__init__.py", "a/x.py", "b/__init__.py", "b/x.py", "c/__init__.py", "c/x.py"],
    "a project": ["pyproject.toml", "src/rules/adam.py"],
    "a folder for each task": ["adam/adam.py", "sgd/sgd.py", "rmsprop/rmsprop.py"],
    "old and new": ["old/adam.py", "new/adam.py"],
    "a main file and helpers": ["main.py", "a/x.py", "b/x.py", "c/x.py"],
    "a notebook and data": ["hw3.ipynb.py", "data/1.csv", "data/2.csv", "data/3.csv"],
    "a zip of its own": ["adam.py", "data.zip", "more.zip"],
    "a git checkout": [".git/config", ".git/x.py", "adam.py"],
    "macOS": ["hw/adam.py", "__MACOSX/hw/._adam.py", "hw/.DS_Store"],
    "attempt": ["hw_attempt_2.py", "my_attempt_2026.py"],
    "assignsubmission": ["my_assignsubmission.py"],
    "anon": ["anon_x.py", "anon_12_x.py"],
    "LATE": ["LATE_adam.py", "ada_LATE.py"],
    "a hyphenated date": ["2026-11-03 - adam.py"],
    "a metadata file of no export": ["metadata.yml", "adam.py"],
}
CLASS = {  # folders of students, by what is in them -> ids
    "plain files": (["ada.py", "ben.py"], ["ada", "ben"]),
    "plain folders": (["ada/adam.py", "ben/adam.py", "eva/adam.py"], ["ada", "ben", "eva"]),
    "numbers": (["0012345/adam.py", "0012346/adam.py"], ["0012345", "0012346"]),
    "Last, First": (["Doe, Jane/adam.py", "Roe, Joe/adam.py"], ["Doe_Jane", "Roe_Joe"]),
    "dates": (["ada_2026_10_01.py", "ben_2026_10_02.py"], ["ada_2026_10_01", "ben_2026_10_02"]),
    "dates and times": (
        ["ada_20261103_110500_adam.py", "ben_20261103_110501_adam.py"],
        ["ada_20261103_110500_adam", "ben_20261103_110501_adam"]),
    "a number and a date": (
        ["adam_1234567_20261103_x.py", "adam_1234568_20261104_x.py"],
        ["adam_1234567_20261103_x", "adam_1234568_20261104_x"]),
    "GitHub": (["hw3-ada/adam.py", "hw3-ben/adam.py"], ["hw3-ada", "hw3-ben"]),
    "hyphens": (["1-2 - ada/adam.py", "1-3 - ben/adam.py"], ["1-2_-_ada", "1-3_-_ben"]),
    "years": (["2025 - ada/a.py", "2026 - ben/a.py"], ["2025_-_ada", "2026_-_ben"]),
    "submission_1 without a list": (["submission_1/a.py", "submission_2/a.py"],
                                    ["submission_1", "submission_2"]),
    "attempts": (["ada_attempt_1.py", "ada_attempt_2.py"], ["ada_attempt_1", "ada_attempt_2"]),
    "one like Canvas among others": (
        ["doe_12345_6789001_a.py", "ada.py", "ben.py"], ["ada", "ben", "doe_12345_6789001_a"]),
    "packages": (["ada/__init__.py", "ada/x.py", "ben/__init__.py", "ben/x.py"], ["ada", "ben"]),
    "one student": (["ada/adam.py"], ["ada"]),
    "zips": (["ada.zip", "ben.zip"], ["ada", "ben"]),
}
UNKNOWN = {
    "a folder for each student": ["ada/adam.py", "ben/adam.py", "eva/hw/adam.py"],
    "in a folder": ["HW 3/ada/adam.py", "HW 3/ben/adam.py", "HW 3/eva/adam.py", "HW 3/list.csv"],
    "a zip for each student": ["hw3 Ada L.zip", "hw3 Ben X.zip"],
    "notebooks": ["ada/hw.ipynb", "ben/hw.ipynb", "eva/hw.ipynb", "list.csv"],
}


def content(name):
    return archive([("adam.py", ADAM)]) if name.endswith(".zip") else ADAM


def files(names):
    return {name: content(name) for name in names}


def unzip_first(path):
    return (
        "this zip looks like the submissions of a class, and its names are of no known platform\n"
        f"  at {path}\n"
        "  expected a download of Canvas, Moodle, Brightspace, Blackboard or Gradescope, or one "
        "student's zip\n"
        "  fix: unzip it first, and give the folder in which each student has a file or a folder")


def test_there_are_forty_and_more():
    assert len(ONE) + len(CLASS) >= 40


@pytest.mark.parametrize("what", ONE)
def test_one_students_zip_is_one_student(what, tmp_path):
    path = zipped(tmp_path / "ada.zip", files(ONE[what]))
    [ada] = collect_class([path]).submissions
    assert (ada.id, ada.problem, ada.student) == ("ada", None, None)


@pytest.mark.parametrize("what", CLASS)
def test_a_plain_folder_has_a_student_for_each_entry(what, tmp_path):
    names, ids = CLASS[what]
    found = collect([write(tmp_path, files(names))])
    assert [one.id for one in found] == ids
    assert [one.student for one in found] == [None] * len(ids)


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_class_is_to_be_unzipped_first(what, tmp_path):
    path = zipped(tmp_path / "class.zip", files(UNKNOWN[what]))
    for given in (path, tmp_path):
        with pytest.raises(HarnessError) as error:
            collect([given])
        assert str(error.value) == unzip_first(path)
    assert collect_one(path).id == "class"
    beside = write(tmp_path, {"zoe.py": ADAM}) / "zoe.py"
    assert [one.id for one in collect([path, beside])] == ["class", "zoe"]


def test_an_archive_of_another_kind_is_to_be_unpacked(tmp_path):
    path = write(tmp_path, {"class.tar.gz": b"\x1f\x8b"}) / "class.tar.gz"
    with pytest.raises(HarnessError) as error:
        collect([path])
    assert str(error.value) == (
        f"this is no submission\n  at {path}\n"
        "  expected a .py, .ipynb or .zip file, or a folder of them\n"
        "  fix: unpack it first, and give the folder")


EVIL = "x\u202e\x1b[2J<script>=1+1"


def test_hostile_names_of_a_platform_can_neither_act_nor_stand_for_others(tmp_path):
    path = tmp_path / "class.zip"
    path.write_bytes(archive([
        (f"{EVIL}_4006831_assignsubmission_file_/adam.py", ADAM),
        ("=cmd|x_4006832_assignsubmission_file_/adam.py", ADAM),
        ("Ada_4006833_assignsubmission_file_/../../x.py", ADAM),
        ("Ben_4006834_assignsubmission_file_/..\\x.py", ADAM),
        ("Eva_4006835_assignsubmission_file_/adam.py", ADAM),
        ("../Eva_4006835_assignsubmission_file_adam.py", b"evil"),
        ("..\\Eva_4006835_assignsubmission_file_sgd.py", b"evil"),
        ("/Eva_4006835_assignsubmission_file_x.py", b"evil"),
        ("C:\\Eva_4006835_assignsubmission_file_y.py", b"evil"),
        (f"{'n' * 5000}_1_assignsubmission_file_/adam.py", ADAM),
    ]))
    found = collect_class([path])
    by_number = {one.student.user_id: one for one in found.submissions}
    assert by_number["4006831"].student.name == "x\\u202e\\x1b[2J<script>=1+1"
    assert by_number["4006831"].id == "x_u202e_x1b_2J_script_1_1_4006831"
    assert by_number["4006832"].id == "cmd_x_4006832"
    for number, name in (("4006833", "../../x.py"), ("4006834", "../x.py")):
        assert str(by_number[number].problem) == (
            f"the name leaves the submission\n  at {name}\n"
            "  expected a relative path with '/' that stays inside the submission")
    assert [file.content for file in by_number["4006835"].files] == [ADAM]
    assert found.notes == (
        f"{'n' * 79}… is left out: its name is none that the platform gives",
        "names that lead out of the zip are left out")
