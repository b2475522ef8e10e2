"""Hostile submissions: each ends as its own student's problem, and costs nobody else anything."""

import io
import os
import stat
import struct
import sys
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_harness.collect import IntakeLimits, collect
from cgp_harness.model import Status, Submission

ADAM = b"def adam(g): ...\n"
LINK, PIPE = stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644
NAME_FIX = "  expected a relative path with '/' that stays inside the submission"
bytes_names = pytest.mark.skipif(sys.platform != "linux", reason="names are UTF-8 elsewhere")
KINDS = "  expected no links, pipes or devices"


def archive(members, method=zipfile.ZIP_DEFLATED):
    """The bytes of a zip with these (name or ZipInfo, content) members."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # duplicate names are on purpose
        with zipfile.ZipFile(file, "w", method) as out:
            for name, content in members:
                out.writestr(name, content)
    return file.getvalue()


def problem_of(content, tmp_path, limits=None):
    """What is said of a zip of these bytes, handed in between two good submissions."""
    (tmp_path / "a.py").write_bytes(ADAM)
    (tmp_path / "bad.zip").write_bytes(content)
    (tmp_path / "z.py").write_bytes(ADAM)
    before, bad, after = collect([tmp_path], limits or IntakeLimits())
    assert (before.problem, after.problem) == (None, None)
    return said(bad)


def said(bad):
    assert bad.files == ()
    assert bad.problem.status is Status.STUDENT_ERROR
    assert len(bad.sha256) == 64
    return str(bad.problem)


def special(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def patched(content, old, new):
    assert len(old) == len(new)
    assert old in content
    return content.replace(old, new)


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "wrong", "shown"), [
    ("../x.py", "leaves the submission", "../x.py"),
    ("a/../../x.py", "leaves the submission", "a/../../x.py"),
    (".git/../x.py", "leaves the submission", ".git/../x.py"),
    ("/etc/x.py", "is absolute", "/etc/x.py"),
    ("C:/x.py", "begins with a drive letter", "C:/x.py"),
    ("c:x.py", "begins with a drive letter", "c:x.py"),
    ("..\\x.py", "holds a backslash", "..\\x.py"),
    ("\\\\host\\x.py", "holds a backslash", "\\\\host\\x.py"),
])
def test_a_name_that_could_leave_the_submission_is_refused(tmp_path, name, wrong, shown):
    content = archive([("good.py", ADAM), (name, b"")])
    assert problem_of(content, tmp_path) == f"the name {wrong}\n  at {shown}\n{NAME_FIX}"


def test_a_nul_in_a_name_is_refused(tmp_path):
    content = patched(archive([("good.pyX.txt", ADAM)]), b"good.pyX.txt", b"good.py\0.txt")
    assert problem_of(content, tmp_path) == (
        f"the name holds a NUL character\n  at good.py\\x00.txt\n{NAME_FIX}"
    )


@pytest.mark.parametrize(("name", "shown"), [
    ("adam\u202eyp.py", "adam\\u202eyp.py"),
    ("a\nb.py", "a\\nb.py"),
    ("a\x1b[2J.py", "a\\x1b[2J.py"),
])
def test_a_name_that_deceives_the_eye_is_refused_and_shown_as_it_is(tmp_path, name, shown):
    assert problem_of(archive([(name, ADAM)]), tmp_path) == (
        f"the name holds a character that cannot be printed\n  at {shown}\n  fix: rename the file"
    )


def test_a_name_that_no_file_system_takes_is_refused(tmp_path):
    assert problem_of(archive([("x" * 300 + ".py", ADAM)]), tmp_path) == (
        f"the name is too long\n  at {'x' * 79}…\n  expected at most 200 bytes\n"
        "  fix: rename the file"
    )


@pytest.mark.parametrize("names", [["a.py", "a.py"], ["a.py", "./a.py"], ["a.py", "a.py/b.py"]])
def test_a_name_that_stands_twice_is_refused(tmp_path, names):
    assert problem_of(archive([(name, ADAM) for name in names]), tmp_path) == (
        "the zip holds a.py more than once\n  expected every name once\n  fix: make the zip again"
    )


@bytes_names
def test_a_name_of_undecodable_bytes_gets_a_safe_id_and_is_refused(tmp_path):
    with open(os.fsencode(tmp_path) + b"/bob\xff.py", "wb") as file:
        file.write(ADAM)
    [bob] = collect([tmp_path])
    assert (bob.id, bob.origin) == ("bob", f"{tmp_path}/bob\\udcff.py")
    assert said(bob) == (
        "the name holds a character that cannot be printed\n  at bob\\udcff.py\n"
        "  fix: rename the file"
    )


@bytes_names
def test_a_folder_of_undecodable_bytes_is_graded_under_a_safe_id(tmp_path):
    folder = os.fsencode(tmp_path) + b"/bob\xff"
    os.mkdir(folder)
    with open(folder + b"/adam.py", "wb") as file:
        file.write(ADAM)
    [bob] = collect([tmp_path])
    assert (bob.id, bob.problem) == ("bob", None)


# --- kinds of files ----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [LINK, PIPE, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_zip_with_links_or_devices_is_refused(tmp_path, mode):
    content = archive([(special("data.txt", mode), "/etc/passwd"), ("good.py", ADAM)])
    assert problem_of(content, tmp_path) == (
        f"data.txt is neither a file nor a folder\n{KINDS}"
    )


@pytest.mark.parametrize("target", ["../secret.py", "/etc/passwd", "sub/../../secret.py"])
def test_a_link_out_of_the_folder_is_refused(tmp_path, target):
    (tmp_path / "secret.py").write_bytes(b"the solution")
    (tmp_path / "mallory" / "sub").mkdir(parents=True)
    (tmp_path / "mallory" / "plugin.py").symlink_to(target)
    assert said(collect([tmp_path])[0]) == (
        "the link plugin.py leaves the submission\n"
        "  expected links only to files of the same submission\n"
        "  fix: replace the link by the file"
    )


@pytest.mark.parametrize(("target", "why"), [
    ("plugin.py", "too many levels of symbolic links"), ("nothing.py", "no such file or directory")
])
def test_a_link_to_nowhere_is_refused(tmp_path, target, why):
    (tmp_path / "mallory").mkdir()
    (tmp_path / "mallory" / "plugin.py").symlink_to(target)
    [mallory] = collect([tmp_path])
    assert said(mallory) == f"the link plugin.py cannot be read: {why}"


@pytest.mark.parametrize("name", ["bob.py", "bob.zip", "bob"])
def test_a_link_to_another_students_submission_is_refused(tmp_path, name):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "adam.py").write_bytes(ADAM)
    (tmp_path / name).symlink_to("alice")
    alice, bob = collect([tmp_path])
    assert alice.problem is None
    assert said(bob) == f"{name} is neither a file nor a folder\n{KINDS}"


@pytest.mark.parametrize("name", ["mallory/adam.py", "mallory/data.txt", "mallory.py"])
def test_a_pipe_is_never_opened(tmp_path, name):
    (tmp_path / "mallory").mkdir()
    os.mkfifo(tmp_path / name)
    shown = name.removeprefix("mallory/")
    problems = [said(s) for s in collect([tmp_path]) if s.problem]
    assert f"{shown} is neither a file nor a folder\n{KINDS}" in problems


def test_a_file_that_becomes_a_pipe_after_the_first_look_is_refused(tmp_path, monkeypatch):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "adam.py").write_bytes(ADAM)
    os.mkfifo(tmp_path / "pipe")
    really = os.open
    monkeypatch.setattr(os, "open", lambda _, flags: really(tmp_path / "pipe", flags))
    assert said(collect([tmp_path / "m"])[0]) == f"adam.py is neither a file nor a folder\n{KINDS}"


# --- sizes -------------------------------------------------------------------------------------


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


# --- damage ------------------------------------------------------------------------------------


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


def test_an_empty_folder_is_its_students_problem(tmp_path):
    (tmp_path / "alice").mkdir()
    assert said(collect([tmp_path])[0]) == (
        "there is no Python file\n  expected at least one .py or .ipynb file"
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
