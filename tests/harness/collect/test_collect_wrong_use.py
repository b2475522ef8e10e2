"""Paths that cannot be graded: the instructor is told what is wrong and what to do."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cgp_harness.collect import collect
from cgp_harness.collect.deadline import deadline
from cgp_harness.errors import HarnessError
from cgp_harness.model import Status
from tests.harness.collect.made_submissions import ADAM, denied, write


def refused(path):
    with pytest.raises(HarnessError) as error:
        collect([path] if isinstance(path, Path) else path)
    return str(error.value)


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
    write(tmp_path, {"grades.csv": b"", "notes.docx": b"", ".hidden": b""})
    assert refused(tmp_path) == (
        "there are no submissions in this folder, only grades.csv, notes.docx\n"
        f"  at {tmp_path}\n"
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


UNREADABLE = (
    "{} cannot be read: permission denied\n  expected a file that the grader may read\n"
    "  fix: see to its permissions and the disk, and run the same command again")


def test_what_the_grader_cannot_read_costs_no_points(tmp_path, monkeypatch):
    write(tmp_path, {"alice/adam.py": ADAM, "bob.py": ADAM})
    allowed, tries = os.open, []

    def denied_to_alice(path, *arguments):
        if Path(path).name == "adam.py":
            tries.append(path)
            raise PermissionError(13, "Permission denied", path)
        return allowed(path, *arguments)

    monkeypatch.setattr(os, "open", denied_to_alice)
    alice, bob = collect([tmp_path])
    assert (alice.problem.status, bob.problem) == (Status.GRADER_ERROR, None)
    assert str(alice.problem) == UNREADABLE.format("adam.py")
    assert len(tries) == 2


def test_what_can_be_read_the_second_time_is(tmp_path, monkeypatch):
    write(tmp_path, {"alice.py": ADAM})
    allowed, tries = os.open, iter([denied])

    def denied_once(*given):
        return next(tries, allowed)(*given)

    monkeypatch.setattr(os, "open", denied_once)
    [alice] = collect([tmp_path])
    assert (alice.problem, [file.content for file in alice.files]) == (None, [ADAM])


def test_a_bug_of_ours_while_one_is_read_costs_nobody_anything(tmp_path, monkeypatch, capsys):
    write(tmp_path, {"alice.py": ADAM, "bob.py": b"boom"})

    def broken(content):
        if content == b"boom":
            raise MemoryError
        return content

    monkeypatch.setattr("cgp_harness.collect.contents.script_without_magics", broken)
    alice, bob = collect([tmp_path])
    assert (alice.problem, bob.problem.status) == (None, Status.GRADER_ERROR)
    assert str(bob.problem) == (
        "the grader failed while it read this submission\n"
        "  expected a submission that can be read, or a reason why it cannot\n"
        "  fix: the traceback is in the instructor's terminal")
    assert "bob, while it is read:" in capsys.readouterr().err


@pytest.mark.parametrize(("cpu_s", "wall_s", "wait", "status", "said"), [
    (0.2, 60.0, lambda: sum(range(10**7)), Status.TIMEOUT,
     "to read it takes more than 0.2 s of CPU time\n  expected a homework of a few kB"),
    (60.0, 0.2, lambda: time.sleep(60), Status.GRADER_ERROR,
     "it could not be read within 0.2 s on this machine\n"
     "  fix: see to the disk, and run the same command again"),
])
def test_reading_has_a_deadline(cpu_s, wall_s, wait, status, said, tmp_path, monkeypatch):
    def slow(content):
        if content == b"slow":
            for _ in range(1_000):
                wait()
        return content

    write(tmp_path, {"alice.py": ADAM, "bob.py": b"slow", "carol.py": ADAM})
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)
    monkeypatch.setattr("cgp_harness.collect.contents.script_without_magics", slow)
    monkeypatch.setattr("cgp_harness.collect.deadline", lambda: deadline(cpu_s, wall_s))
    alice, bob, carol = collect([tmp_path])
    assert (alice.problem, carol.problem) == (None, None)
    assert (bob.problem.status, str(bob.problem)) == (status, said)
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_in_another_thread_there_is_no_deadline(tmp_path):
    write(tmp_path, {"alice.py": ADAM})
    with ThreadPoolExecutor(1) as pool:
        [alice] = pool.submit(collect, [tmp_path]).result()
    assert alice.problem is None


def test_a_submission_that_vanishes_while_it_is_read_is_named(tmp_path, monkeypatch):
    write(tmp_path, {"alice.py": ADAM})
    monkeypatch.setattr(Path, "lstat", denied)
    assert str(collect([tmp_path])[0].problem) == UNREADABLE.format("alice")
