"""Submissions without end: every limit holds, and what lies about its size is not believed."""

import io
import struct
import zipfile

import pytest

from cgp_harness.collect import IntakeLimits, collect
from cgp_harness.collect.archive import read_member
from cgp_harness.collect.intake_error import IntakeError
from tests.harness.collect.made_submissions import ADAM, archive, patched, problem_of, said

SMALL = IntakeLimits(file_bytes=100, total_bytes=250, entries=5, depth=3, archive_bytes=10_000)


def test_a_bomb_that_says_so_is_not_begun(tmp_path):
    content = archive([("adam.py", bytes(20 * 1024 * 1024))])
    assert len(content) < 32_000
    assert problem_of(content, tmp_path) == (
        "adam.py is too large\n  expected at most 1,048,576 bytes"
    )


def test_a_bomb_that_lies_about_its_size_is_not_believed(tmp_path):
    content = archive([("adam.py", bytes(20 * 1024 * 1024))])
    content = patched(content, struct.pack("<L", 20 * 1024 * 1024), struct.pack("<L", 1000))
    assert problem_of(content, tmp_path) == (
        "the zip is damaged, or no zip\n  at adam.py\n  expected a zip that opens\n"
        "  fix: make the zip again and upload it again"
    )


def test_members_that_share_bytes_are_a_bomb(tmp_path):
    content = bytearray(archive([("a.py", ADAM), ("b.py", ADAM)], zipfile.ZIP_STORED))
    # The central directory's second record then points at the first file's bytes.
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, second + 42, 0)
    assert problem_of(bytes(content), tmp_path) == (
        "b.py shares its bytes with another file of the zip\n"
        "  expected bytes of its own for every file\n  fix: make the zip again"
    )


@pytest.mark.parametrize(("method", "number"), [(zipfile.ZIP_BZIP2, 12), (zipfile.ZIP_LZMA, 14)])
def test_compression_that_zipfile_unpacks_without_bound_is_refused(tmp_path, method, number):
    assert problem_of(archive([("adam.py", ADAM)], method), tmp_path) == (
        f"adam.py is compressed by method {number}\n"
        "  expected deflate or none, as every zip program does by default"
    )


@pytest.mark.parametrize(("members", "problem"), [
    ([("a.py", bytes(101))], "a.py is too large\n  expected at most 100 bytes"),
    ([(f"{i}.py", bytes(90)) for i in range(3)],
     "the source files are too large together\n  at 2.py\n  expected at most 250 bytes\n"
     "  fix: hand in only what belongs to the homework"),
    ([(f"{i}.txt", b"") for i in range(6)],
     "too many files and folders\n  expected at most 5\n"
     "  fix: hand in only what belongs to the homework; leave out virtual environments and data"),
    ([(f".git/{i}", b"") for i in range(101)],
     "too many files and folders\n  expected at most 100\n"
     "  fix: hand in only what belongs to the homework; leave out virtual environments and data"),
    ([("a/b/c/d.py", b"")],
     "folders inside folders, 4 deep\n  at a/b/c/d.py\n  expected at most 3"),
])
def test_every_limit_holds(tmp_path, members, problem):
    assert problem_of(archive(members), tmp_path, SMALL) == problem


@pytest.mark.parametrize(("names", "size", "problem"), [
    (["a.py"], 101, "a.py is too large\n  expected at most 100 bytes"),
    (["0.py", "1.py", "2.py"], 90,
     "the source files are too large together\n  at 2.py\n  expected at most 250 bytes\n"
     "  fix: hand in only what belongs to the homework"),
    ([f"{i}.txt" for i in range(6)], 0,
     "too many files and folders\n  expected at most 5\n"
     "  fix: hand in only what belongs to the homework; leave out virtual environments and data"),
    (["a/b/c/d.py"], 0, "folders inside folders, 4 deep\n  at a/b/c/d.py\n  expected at most 3"),
])
def test_every_limit_holds_for_folders(tmp_path, names, size, problem):
    for name in names:
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_bytes(bytes(size))
    assert said(collect([tmp_path], SMALL)[0]) == problem


def test_a_zip_that_is_too_large_is_not_read(tmp_path):
    assert problem_of(bytes(10_001), tmp_path, SMALL) == (
        "bad.zip is too large\n  expected at most 10,000 bytes"
    )


def test_a_table_of_contents_without_end_is_not_read(tmp_path):
    # 1.4 million records of 47 bytes cost zipfile 7.5 s and 650 MiB.
    record = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, *[0] * 15) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 20_000 * len(record), 0, 0)
    assert problem_of(record * 20_000 + end, tmp_path) == (
        "too many files and folders\n  expected at most 10,000\n"
        "  fix: hand in only what belongs to the homework; leave out virtual environments and data"
    )


def test_members_that_share_bytes_of_a_header_alone_are_a_bomb_too(tmp_path):
    content = bytearray(archive([("a.py", ADAM), ("b.py", ADAM)], zipfile.ZIP_STORED))
    struct.pack_into("<L", content, content.rindex(b"PK\x01\x02") + 42, len(ADAM) + 29)
    assert problem_of(bytes(content), tmp_path) == (
        "b.py shares its bytes with another file of the zip\n"
        "  expected bytes of its own for every file\n  fix: make the zip again")
    struct.pack_into("<L", content, content.rindex(b"PK\x01\x02") + 42, len(ADAM) + 30)
    assert problem_of(bytes(content), tmp_path) == (
        "the zip is damaged, or no zip\n  at b.py\n  expected a zip that opens\n"
        "  fix: make the zip again and upload it again")


def test_a_member_that_says_it_is_longer_than_it_is_is_damaged(tmp_path):
    content = bytearray(archive([("a.py", ADAM)]))
    struct.pack_into("<L", content, content.rindex(b"PK\x01\x02") + 24, len(ADAM) + 7)
    assert problem_of(bytes(content), tmp_path) == (
        "the zip is damaged, or no zip\n  at a.py\n  expected a zip that opens\n"
        "  fix: make the zip again and upload it again")


def test_a_member_is_not_begun_beyond_what_its_reader_allows_whatever_was_counted_before():
    with zipfile.ZipFile(io.BytesIO(archive([("a.py", bytes(101))]))) as opened, (
            pytest.raises(IntakeError, match=r"^a\.py is too large")):
        read_member(opened, opened.infolist()[0], "a.py", 100)
