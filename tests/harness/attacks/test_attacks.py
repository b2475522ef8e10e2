"""What is said of attacks, word for word; whether they are held at all: test_attack_suite.py."""

import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import cgp_assignments
import cgp_harness
import cgp_reference
from cgp_harness import pipeline
from cgp_harness.assignment import Limits, load
from cgp_harness.attacks.attack import FOLDER, written
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol.printing import KEPT_BYTES
from cgp_harness.subject import SubjectError

LIMITS = Limits(load_s=0.7, request_s=0.7, memory_mib=512)
PATIENT = Limits(memory_mib=512)  # to fill half a gigabyte may take a second
RUN = Trajectory(((3,),), np.array([[1.0, -2.0, 4.0]]), {"lr": 0.5})
HONEST = b"""
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""

STUDENT, TIMEOUT = Status.STUDENT_ERROR, Status.TIMEOUT
TAMPERED = "the submission tampered with the connection to the grader; the worker was stopped"
EXITED = "the process ended itself with exit code 0"
LATE = "no answer within 0.7 s of CPU time; the worker was stopped"
STILL = "no answer within 0.7 s; the worker was stopped"
DENIED = "sgd() raised PermissionError: [Errno 13] Permission denied"
NOT_PERMITTED = "sgd() raised PermissionError: [Errno 1] Operation not permitted"
NO_MEMORY = "sgd() raised OSError: [Errno 12] Cannot allocate memory (step 1)"
AGAIN = "sgd() raised BlockingIOError: [Errno 11] Resource temporarily unavailable"

# What each attack is stopped by at every level.
STOPPED = {
    "closed_link": (STUDENT, TAMPERED),
    "complex_numbers": (STUDENT, "sgd() returned a step of complex numbers (step 1)"),
    "exit_at_import": (
        STUDENT, f"{EXITED}; this statement is left out, and all else counts"),
    "exit_in_step": (STUDENT, EXITED),
    "forged_depth": (STUDENT, TAMPERED),
    "forged_failure": (STUDENT, "ValueError: forged"),
    "forged_frame": (STUDENT, TAMPERED),
    "forged_huge": (STUDENT, TAMPERED),
    "forged_text": (STUDENT, TAMPERED),
    "hidden_modules": (STUDENT, "sgd() raised PermissionError: nothing can be imported (step 1)"),
    "loop_at_import": (
        TIMEOUT, "a statement that computed for too long was stopped, and all else counts"),
    "loop_deaf": (TIMEOUT, STILL),
    "loop_in_step": (TIMEOUT, LATE),
    "memory": (Status.OUT_OF_MEMORY, "sgd() needed more than 512 MiB of memory"),
    "memory_growing_down": (STUDENT, NO_MEMORY),
    "memory_sealed": (STUDENT, NO_MEMORY),
    "memory_stack": (
        STUDENT, "sgd() raised ValueError: not allowed to raise maximum limit (step 1)"),
    "memory_unreserved": (STUDENT, NO_MEMORY),
    "object_array": (STUDENT, "sgd() returned a step of dtype object (step 1)"),
    "recursion": (  # Python 3.12 bounds the C stack itself
        (Status.KILLED, "the process was ended by SIGSEGV") if sys.version_info < (3, 12) else
        (STUDENT, "sgd() fails (step 1): __add__() calls itself again and again, without an end")),
    "segfault": (Status.KILLED, "the process was ended by SIGSEGV"),
    "stop_itself": (TIMEOUT, STILL),
    "sys_exit_at_import": (STUDENT, "the file ended the program with sys.exit()"),
    "sys_exit_in_step": (STUDENT, "sgd() ended the program with sys.exit() (step 1)"),
    "unasked_frame": (STUDENT, TAMPERED),
    "wrong_shape": (
        STUDENT, "sgd() returned a step of shape (3, 3) for a parameter of shape (3,) (step 1)"
    ),
}
# What only the kernel can stop, by the beginning of the message.
STOPPED_BY_LANDLOCK = {
    "environ_of_grader": "sgd() raised PermissionError: [Errno 13] Permission denied: '/proc/",
    "fork": AGAIN,
    "hidden_paths": "sgd() raised PermissionError: nothing can be read",
    "kill_itself": NOT_PERMITTED,
    "list_secret": DENIED,
    "memory_shared": "sgd() raised OSError: [Errno 12] Cannot allocate memory",
    "read_secret": DENIED,
    "signal_grader": NOT_PERMITTED,
    "socket_out": NOT_PERMITTED,
    "subprocess_shell": AGAIN,
    "thread": "sgd() raised RuntimeError: can't start new thread",
    "write_own_folder": DENIED + ": 'note.txt'",
    "write_secret": DENIED,
}
# What is refused in words besides, before the kernel is asked; an attack can put that away.
REFUSED_IN_WORDS = {
    "fork": "a submission may not start other programs (step 1)",
    "kill_itself": "a submission may not end its own process by a signal (step 1)",
    "socket_out": "a submission may not use the network (step 1)",
    "subprocess_shell": "a submission may not start other programs (step 1)",
    "thread": "a submission may not start threads (step 1)",
    "write_own_folder": "a submission may not write files: 'note.txt' (step 1)",
    "write_secret": "a submission may not write files: '@SECRET@' (step 1)",
}
ARMED = b"""
from cgp_harness.sandbox.worker.refusing import refusals
refusals._JUDGES.clear()
import importlib, sys, threading
del sys.modules["_thread"]
fresh = importlib.import_module("_thread")
for name in ("start_new_thread", "start_joinable_thread"):
    setattr(threading, "_" + name, getattr(fresh, name, None))
"""
# These hurt nobody: what they answer is judged like any other answer.
ANSWERED = {
    "flood": [0.0, 0.0, 0.0],
    "lying_array": [0.0, 0.0, 0.0],
    "not_a_number": [np.nan, np.nan, np.nan],
    "patched_numpy": [0.0, 0.0, 0.0],
}
# What looks for the homework's solution, and where it finds none.
OF_SOLUTION = {
    "solution_in_memory": ("plain", "sgd() raised PermissionError: nothing of it is here (step 1)"),
    "solution_on_disk": (
        "landlock", "sgd() raised PermissionError: nothing of it can be read (step 1)"),
}
# Only once all is judged: test_repairs_told.py.
AFTERWARDS = {"repair_exits", "repair_hangs", "repair_lies"}
# Either way: the folder is removed.
ANY_END = {"unreadable_folder"}


def answer(source, level, name="plugin"):
    """The steps of the rule `sgd`, and what was printed; SubjectError if there is none."""
    submission = Submission(name, (SourceFile(f"{name}.py", source),))
    limits = PATIENT if name.startswith(("memory", "flood")) else LIMITS
    with WorkerSubject(submission, limits, level) as subject:
        if subject.manifest.find("optimizer", "sgd") is None:
            raise SubjectError(subject.manifest.problems[0])
        steps = subject.of("optimizer").trajectory("sgd", RUN)
    return steps.values[0], subject.output


@pytest.fixture(scope="module")
def landlock():
    missing = levels.available()["landlock"]
    if missing:
        pytest.skip(missing)
    return "landlock"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "results.json"
    path.write_text("{}", encoding="ascii")
    yield path
    assert path.read_text(encoding="ascii") == "{}"


def source_of(name, secret):
    hidden = (
        Path(cgp_reference.__file__).with_name("optimizers.py"),
        Path(cgp_harness.__file__).with_name("model") / "report.py",
        Path(cgp_assignments.__path__[0], "step_size", "assignment.toml"),
    )
    assert all(path.is_file() for path in hidden)
    text = written(name)
    text = text.replace("@SECRET@", str(secret)).replace("@HIDDEN@", ":".join(map(str, hidden)))
    return text.encode()


WORDED = {
    name for table in (STOPPED, STOPPED_BY_LANDLOCK, ANSWERED, OF_SOLUTION, AFTERWARDS, ANY_END)
    for name in table}


def test_every_row_is_an_attack():
    assert {path.stem for path in FOLDER.rglob("*.py")} >= WORDED


@pytest.mark.parametrize("name", STOPPED)
def test_the_attack_is_stopped_and_said_so(name, secret):
    level = levels.choose("auto")
    if name == "stop_itself" and level == "namespaces":
        level = "landlock"  # there it is nothing: `test_namespaces.py`
    with pytest.raises(SubjectError) as caught:
        answer(source_of(name, secret), level, name)
    assert (caught.value.problem.status, caught.value.problem.what) == STOPPED[name]


@pytest.mark.parametrize("name", STOPPED_BY_LANDLOCK)
def test_the_attack_is_refused_by_the_kernel(name, secret, landlock):
    with pytest.raises(SubjectError) as caught:
        answer(ARMED + source_of(name, secret), landlock, name)
    assert caught.value.problem.status == STUDENT
    assert caught.value.problem.what.startswith(STOPPED_BY_LANDLOCK[name])


@pytest.mark.parametrize("level", ["plain", "landlock"])
@pytest.mark.parametrize("name", REFUSED_IN_WORDS)
def test_the_attack_is_refused_in_words_at_every_level(name, level, secret):
    if levels.available()[level]:
        pytest.skip(levels.available()[level])
    with pytest.raises(SubjectError) as caught:
        answer(source_of(name, secret), level, name)
    assert caught.value.problem.what == REFUSED_IN_WORDS[name].replace("@SECRET@", str(secret))


@pytest.fixture
def homework(tmp_path):
    """One whose solution holds what the attacks look for."""
    (tmp_path / "assignment.toml").write_text(
        'id = "hw"\ntitle = "hw"\nversion = "1"\n[[tasks]]\nid = "sgd"\ntitle = "SGD"\n'
        "checks = {loads = {points = 1}, update_rule = {points = 1}}\n")
    (tmp_path / "solution.py").write_bytes(HONEST + b'MARKER = "xyzzy-73512864"\n')
    return tmp_path


def graded(name, homework, level, more=""):
    """What the first check says, and the score."""
    text = more + written(name).replace(
        "@SOLUTION@", str(homework / "solution.py"))
    report = pipeline.grade(
        Submission(name, (SourceFile(f"{name}.py", text.encode()),)), load(homework), seed=0,
        isolation=level)
    return report.checks[0].message.splitlines()[0] if report.score < 2 else "", report.score


@pytest.mark.parametrize("level", ["plain", "landlock"])
@pytest.mark.parametrize("name", OF_SOLUTION)
def test_a_solution_is_not_where_student_code_runs(name, level, homework):
    if levels.available()[level]:
        pytest.skip(levels.available()[level])
    least, said = OF_SOLUTION[name]
    # Without the kernel any file can be read: so the attack itself works.
    expected = ("", 2.0) if (level, least) == ("plain", "landlock") else (said, 0.0)
    assert graded(name, homework, level) == expected


def test_what_is_held_in_memory_would_be_found(homework):
    held = 'HELD = ["xyzzy-73512864 and more"]\n'
    assert graded("solution_in_memory", homework, levels.choose("auto"), held) == ("", 2.0)


@pytest.mark.parametrize("name", ANSWERED)
def test_the_attack_answers_like_any_other_plugin(name, secret):
    values, _ = answer(source_of(name, secret), levels.choose("auto"), name)
    np.testing.assert_array_equal(values, ANSWERED[name])


def test_a_flood_is_cut_and_costs_nothing_but_itself(secret):
    values, printed = answer(source_of("flood", secret), levels.choose("auto"), "flood")
    np.testing.assert_array_equal(values, [0.0, 0.0, 0.0])
    assert len(printed) == KEPT_BYTES
    assert printed.startswith("All tests passed\nAll tests passed\n")


@pytest.mark.parametrize("level", ["plain", "landlock"])
def test_a_folder_without_permissions_is_removed(level, secret, tmp_path, monkeypatch):
    if levels.available()[level]:
        pytest.skip(levels.available()[level])
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    with suppress(SubjectError):
        answer(ARMED + source_of("unreadable_folder", secret), level)
    assert list(room.glob("cgp-worker-*")) == []


@pytest.mark.parametrize("name", ["exit_in_step", "loop_deaf", "forged_huge", "memory"])
def test_the_next_submission_never_notices(name, secret):
    level = levels.choose("auto")
    with pytest.raises(SubjectError):
        answer(source_of(name, secret), level, name)
    values, printed = answer(HONEST, level)
    np.testing.assert_array_equal(values, [0.5, -1.0, 2.0])
    assert printed == ""
