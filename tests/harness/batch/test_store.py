"""The store: what is put comes back, our own faults do not, and a bad file is explained."""

import hashlib
import sqlite3
import struct
from dataclasses import replace

import pytest

from cgp_harness import environment
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.store import Store, key
from tests.harness.reports.example_reports import PERFECT, UNLUCKY

FILES = (SourceFile("a.py", b"x = 1\n\xff\x00"), SourceFile("b/c.py", b""))
SUBMISSION = Submission("ada", FILES)
CONDITIONS = {
    "versions": {"python": "3.11", "numpy": "2.4"}, "source_digest": "s", "isolation": "landlock",
    "seed": 0, "device": "cpu",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


def test_what_is_put_comes_back_after_closing(path):
    with Store(path) as store:
        store.put_files(SUBMISSION)
        store.put_result("k", PERFECT)
    with Store(path, create=False) as store:
        assert store.files(SUBMISSION.sha256) == FILES
        assert store.result("k") == PERFECT
        assert store.result("other") is None
        assert store.files("other") is None


def test_what_is_put_is_there_for_others_before_closing(path):
    with Store(path) as store, Store(path) as other:
        store.put_result("k", PERFECT)
        assert other.result("k") == PERFECT


def test_it_survives_a_crash_at_any_time(path):
    with Store(path) as store:
        assert store._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


@pytest.mark.parametrize("report", [
    UNLUCKY, replace(UNLUCKY, status=Status.GRADED), replace(PERFECT, status=Status.GRADER_ERROR),
])
def test_a_grader_error_is_never_kept(path, report):
    with Store(path) as store:
        store.put_result("k", report)
        assert store.result("k") is None


def test_a_submission_that_cannot_be_graded_has_a_source_too(path):
    broken = Submission("eve", (), problem=Problem(Status.STUDENT_ERROR, "not a zip"))
    with Store(path) as store:
        store.put_files(broken)
        assert store.files(broken.sha256) == ()


@pytest.mark.parametrize("change", [
    {"versions": {"python": "3.12", "numpy": "2.4"}},
    {"versions": {"python": "3.11", "numpy": "2.4", "torch": "2.13"}},
    {"source_digest": "t"}, {"isolation": "plain"}, {"seed": 1},
    {"device": "cuda gpu=NVIDIA H200"},
])
def test_every_condition_changes_the_key(change):
    assert key(SUBMISSION, "d", **CONDITIONS) != key(SUBMISSION, "d", **(CONDITIONS | change))


def test_the_files_and_the_assignment_change_the_key_and_the_id_does_not():
    same = key(SUBMISSION, "d", **CONDITIONS)
    assert key(replace(SUBMISSION, id="eve"), "d", **CONDITIONS) == same
    assert key(SUBMISSION, "e", **CONDITIONS) != same
    assert key(replace(SUBMISSION, files=FILES[:1]), "d", **CONDITIONS) != same
    # The same code may have come from a notebook, and something may have been left out.
    notebook = (replace(FILES[0], name="adam.ipynb"), *FILES[1:])
    assert key(replace(SUBMISSION, files=notebook), "d", **CONDITIONS) != same
    assert key(replace(SUBMISSION, notes=("data.csv is left out",)), "d", **CONDITIONS) != same


def test_parts_of_a_key_do_not_run_into_each_other():
    one = CONDITIONS | {"source_digest": "ab", "isolation": "c"}
    other = CONDITIONS | {"source_digest": "a", "isolation": "bc"}
    assert key(SUBMISSION, "d", **one) != key(SUBMISSION, "d", **other)


def test_a_key_is_the_digest_of_its_parts_with_their_lengths():
    # Another form would have every class that is half graded graded again.
    parts = (SUBMISSION.sha256, "d", "s", "landlock", "0", "cpu", "numpy", "2.4", "python", "3.11")
    written = b"".join(struct.pack("<Q", len(one)) + one.encode() for one in parts)
    assert key(SUBMISSION, "d", **CONDITIONS) == hashlib.sha256(written).hexdigest()


def test_the_versions_are_those_that_are_imported():
    import numpy as np

    versions = environment.versions()
    assert list(versions) == ["harness", "python", "numpy", "torch", "hypothesis"]
    assert versions["numpy"] == np.__version__


def test_the_digest_of_the_source_changes_with_it(tmp_path, monkeypatch):
    def digest(text):
        (tmp_path / "a.py").write_text(text)
        monkeypatch.setattr(environment.importlib.resources, "files", lambda package: tmp_path)
        return environment.source_digest.__wrapped__()

    assert digest("x = 1") == digest("x = 1") != digest("x = 2")


def explained(path, action=lambda store: None, **options):
    with pytest.raises(HarnessError) as caught, Store(path, **options) as store:
        action(store)
    return str(caught.value).replace(str(path), "DIR/store.sqlite")


@pytest.mark.parametrize("content", [b"hello", b"hello " * 2000])
def test_a_file_that_is_no_database_is_explained(path, content):
    path.write_bytes(content)
    assert explained(path) == (
        "the store is damaged: file is not a database\n  at DIR/store.sqlite\n"
        "  expected a store that `cgp grade` wrote\n"
        "  fix: move the file away or choose another folder")
    assert path.read_bytes() == content


def test_another_program_s_database_is_left_alone(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE theirs (x)")
    database.close()
    assert explained(path) == (
        "the file is not a store of this harness\n  at DIR/store.sqlite\n"
        "  expected a store that `cgp grade` wrote, or no file\n"
        "  fix: move the file away or choose another folder")


@pytest.mark.parametrize("mark", ["application_id = 7", "user_version = 1"])
def test_an_empty_file_that_is_marked_as_another_programs_is_left_alone(path, mark):
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA {mark}")
    database.close()
    assert explained(path).partition("\n")[0] == "the file is not a store of this harness"


def test_a_store_of_a_later_version_is_explained(path):
    with Store(path) as store:
        store._database.execute("PRAGMA user_version = 2")
    assert explained(path) == (
        "the store has form 2\n  at DIR/store.sqlite\n  expected form 1\n"
        "  fix: move the file away or choose another folder")


def test_a_damaged_result_is_explained(path):
    with Store(path) as store:
        store._database.execute("INSERT INTO results VALUES ('k', '{')")
    assert explained(path, lambda store: store.result("k")) == (
        "the store is damaged: Input data was truncated\n  at DIR/store.sqlite\n"
        "  expected a store that `cgp grade` wrote\n"
        "  fix: move the file away or choose another folder")


@pytest.mark.parametrize(("statement", "reason"), [
    ("DELETE FROM seed", "its seed is none"),
    ("UPDATE seed SET value = 'twelve'", "its seed is 'twelve'"),
    ("UPDATE seed SET value = '²'", "its seed is '²'"),
    ("UPDATE seed SET value = '-1'", "its seed is '-1'"),
    ("UPDATE seed SET value = '4294967296'", "its seed is '4294967296'"),
    ("UPDATE seed SET value = x'ff'", r"its seed is b'\xff'"),
    ("UPDATE seed SET value = CAST(x'ff' AS TEXT)",
     r"Could not decode to UTF-8 column 'value' with text '\xff'"),
    ("INSERT INTO seed VALUES ('1')", "its seed is '5', '1'"),
    ("DROP TABLE seed", "no such table: seed"),
])
def test_a_damaged_seed_is_explained(path, statement, reason):
    with Store(path) as store:
        store._database.execute("UPDATE seed SET value = '5'")
        assert store.seed() == 5
        store._database.execute(statement)
    said = explained(path, lambda store: store.seed())
    assert said.replace("\ufffd", r"\xff") == (
        f"the store is damaged: {reason}\n  at DIR/store.sqlite\n"
        "  expected a store that `cgp grade` wrote\n"
        "  fix: move the file away or choose another folder")


def test_a_missing_store_is_explained(path):
    assert explained(path, create=False) == (
        "the store is missing\n  at DIR/store.sqlite\n"
        "  expected the store.sqlite that `cgp grade` wrote beside its results")
    assert not path.exists()


def test_a_folder_that_cannot_hold_one_is_explained(tmp_path):
    assert explained(tmp_path) == (
        "the store cannot be used: unable to open database file\n  at DIR/store.sqlite\n"
        "  expected a file that can be written, on a disk of this machine")


def test_a_full_disk_is_the_machine_s_fault_and_costs_nothing_that_is_kept(path):
    with Store(path) as store:
        store.put_result("k", PERFECT)
        (pages,) = store._database.execute("PRAGMA page_count").fetchone()
        store._database.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(MachineError) as caught:
            store.put_files(Submission("big", (SourceFile("a.py", b"#" * 100_000),)))
        assert store.result("k") == PERFECT
    assert str(caught.value).replace(str(path), "PATH") == (
        "the store cannot be written: database or disk is full\n  at PATH\n"
        "  expected room for what is graded\n"
        "  fix: make room and run the same command again: what is graded is kept")
