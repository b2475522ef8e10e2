"""Plugins that are strange, greedy or spiteful: each costs itself, is told why, and no more."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.errors import MachineError
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import conversation, levels, view
from cgp_harness.sandbox.host.problems import KilledError
from cgp_harness.sandbox.host.processes import launch
from cgp_harness.sandbox.host.sources import sources_of
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError

SGD = """
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""
LIMITS = Limits()
LEVEL = levels.choose("auto")
NOT_FIRST = "landlock" if LEVEL == "namespaces" else LEVEL
"""The first process of a namespace gets no signal that it has not asked for, but SIGKILL."""
RUN = Trajectory(((1,),), np.array([[1.0]]), {"lr": 0.5})
NAMES = "at most 200 letters in a name, and at most 100 states and hyperparameters"


def manifest_of(text, path="adam.py"):
    with subject(text, path) as opened:
        return opened.manifest


def submitted(text, path="adam.py"):
    content = text if isinstance(text, bytes) else text.encode()
    return Submission("ada", (SourceFile(path, content),))


def subject(text, path="adam.py", limits=LIMITS):
    return WorkerSubject(submitted(text, path), limits, LEVEL)


def student(what, where="", expected="", fix=""):
    return Problem(Status.STUDENT_ERROR, what, where, expected, fix)


def strange(definition):
    return f"{SGD}\n\n{definition}\n"


MANY = ", ".join(f"a{i}=1" for i in range(101))


@pytest.mark.parametrize(("definition", "shown", "why"), [
    ('@optimizer(name="x" * 300)\ndef f(g): return g', "x" * 40 + "…",
     "its name has 300 letters"),
    ('@optimizer(name="x" * 1_000_000)\ndef f(g): return g', "x" * 40 + "…",
     "its name has 1000000 letters"),
    ('@optimizer(name="\\udcff")\ndef f(g): return g', "\\udcff",
     "its name holds half a character"),
    ("@optimizer(name=5)\ndef f(g): return g", "5", "its name is of type int"),
    (f"@optimizer\ndef f(g, {MANY}): return g", "f", "it has 101 hyperparameters"),
    (f"@optimizer({MANY})\ndef f(g, {MANY}): return g", "f", "it has 101 states"),
    (f"@optimizer\ndef f(g, {'a' * 201}=1): return g", "f",
     f"the name {'a' * 40}… has 201 letters"),
])
def test_a_rule_too_large_to_describe_is_refused_and_the_others_count(definition, shown, why):
    manifest = manifest_of(strange(definition))
    assert [rule.name for rule in manifest.of("optimizer")] == ["sgd"]
    assert manifest.problems == (
        student(f"the rule {shown} cannot be graded: {why}", "adam.py:9", NAMES),
    )


def test_a_rule_that_was_tampered_with_is_refused_and_the_others_count():
    manifest = manifest_of(strange(
        '@optimizer\ndef f(g): return g\nobject.__setattr__(f, "hyperparameters", {"lr": "x"})'))
    assert [rule.name for rule in manifest.of("optimizer")] == ["sgd"]
    assert manifest.problems == (
        student("the rule f cannot be graded: lr is of type str", "adam.py:9", NAMES),
    )


def test_more_rules_than_an_answer_takes_are_said_to_be_too_many():
    many = "for i in range(101):\n    globals()[f'r{i}'] = optimizer(name=f'r{i}')(lambda g: g)"
    manifest = manifest_of(strange(many))
    assert manifest.of("optimizer") == ()
    assert manifest.problems == (
        student("the file registers 102 rules", "adam.py", "at most 100"),
    )


def test_an_answer_that_is_too_long_all_the_same_is_said_to_be():
    names = ", ".join(f"{'a' * 190}{i}=1" for i in range(90))
    many = "\n".join(f"@optimizer\ndef f{i}(g, {names}): return g" for i in range(9))
    manifest = manifest_of(strange(many))
    assert manifest.of("optimizer") == ()
    assert manifest.problems == (
        student("the submission registers more than fits an answer", "adam.py"),
    )


@pytest.mark.parametrize(("raised", "what", "line"), [
    ('ValueError("\\ud800")', "ValueError: \\ud800", 28),
    ("Nameless()", "an exception that cannot be shown", 26),
    ("Spiteful()", "an exception that cannot be shown", 26),
])
def test_an_exception_that_resists_is_reported_all_the_same(raised, what, line):
    text = f"""
from cgp_harness import optimizer
from cgp_reference.errors import ExplainedError


class Kind(type):
    @property
    def __name__(cls):
        raise ValueError("no name")


class Nameless(Exception, metaclass=Kind):
    pass


class Part:
    def __str__(self):
        raise KeyboardInterrupt


class Spiteful(ExplainedError):
    def __init__(self):
        self.what = self.where = self.expected = self.fix = Part()


@optimizer
def sgd(g, lr=1e-3):
    raise {raised}
"""
    with subject(text) as opened, pytest.raises(SubjectError) as caught:
        opened.of("optimizer").trajectory("sgd", RUN)
    assert caught.value.problem == student(f"sgd() raised {what} (step 1)", f"adam.py:{line}")


@pytest.mark.parametrize(("text", "what"), [
    (b"x = 1\0", "SyntaxError: source code string cannot contain null bytes"),
    ("x = " + "1+" * 200_000 + "1",
     "RecursionError: maximum recursion depth exceeded during compilation"),
])
def test_an_error_without_a_line_names_the_file(text, what):
    assert manifest_of(text).problems == (student(what, "adam.py"),)


def test_an_object_that_lies_about_its_class_hides_no_rule():
    liar = """
class Liar:
    @property
    def __class__(self):
        raise ValueError("no class")

liar = Liar()
"""
    manifest = manifest_of(SGD + liar)
    assert [rule.name for rule in manifest.of("optimizer")] == ["sgd"]
    assert manifest.problems == ()


def project(content):
    files = (SourceFile("adam.py", SGD.encode()), SourceFile("pyproject.toml", content))
    with WorkerSubject(Submission("ada", files), Limits(), levels.choose("auto")) as opened:
        return opened.manifest


def test_a_project_file_nested_beyond_reading_is_no_fault_of_the_grader():
    assert project(b"a = " + b"[" * 5000 + b"]" * 5000).problems == (
        student("pyproject.toml is not TOML: nested too deep; it costs nothing by itself",
                "pyproject.toml"),
    )


@pytest.mark.parametrize(("content", "what", "expected"), [
    (b"a" + b".a" * 32_000 + b" = 1", "has a line with 32,000 dots", "at most 1,000 in a line"),
    (b"[a" + b".a" * 1_001 + b"]", "has a line with 1,001 dots", "at most 1,000 in a line"),
    (b"x = {a" + b".a" * 1_001 + b" = 1}", "has a line with 1,001 dots", "at most 1,000 in a line"),
    (b"#" * 65_537, "is too large", "at most 65,536 bytes"),
    (b"a.a = 1\n" * 10_000, "is too large", "at most 65,536 bytes"),
])
def test_a_project_file_that_takes_minutes_to_read_is_not_read(content, what, expected):
    files = (SourceFile("adam.py", SGD.encode()), SourceFile("pyproject.toml", content))
    found = sources_of(Submission("ada", files))
    assert ([one.path for one in found.files], found.problems) == (["adam.py"], ())
    assert found.remarks == (student(
        f"pyproject.toml {what}; it costs nothing by itself", "pyproject.toml", expected),)


@pytest.mark.parametrize("content", [
    b"\n".join(b"[" + b".".join(b"k%d" % (line + part) for part in range(900)) + b"]"
               for line in range(12)),
    b"\n".join(b"a" + b".a" * 990 + b".b%d = 1" % line for line in range(30)),
    b"x = [" + b"1," * 32_000 + b"]",
    b'x = """' + b"' " * 32_000 + b'"""',
])
def test_the_worst_that_is_read_takes_seconds_at_most(content):
    begun = time.process_time()
    sources_of(Submission("ada", (SourceFile("pyproject.toml", content),)))
    assert time.process_time() - begun < 5


def test_names_in_a_project_file_are_escaped():
    found = project(b'[project.entry-points.cgp_harness]\nx = "\\u001b[2J"\n').problems
    assert found == (student(
        r"pyproject.toml names the module '\x1b[2J', which the submission does not hold; it costs "
        "nothing by itself", "pyproject.toml", r"\x1b[2J.py or \x1b[2J/__init__.py"),)


def test_more_rules_than_a_person_writes_are_refused_together():
    text = """
from cgp_harness import optimizer
for number in range(60):
    @optimizer(name=f"sgd_{number}_of_{__name__}" + "x" * 150)
    def step(g, lr=1e-3):
        return lr * g
"""
    files = (SourceFile("a.py", text.encode()), SourceFile("b.py", text.encode()))
    with WorkerSubject(Submission("ada", files), LIMITS, LEVEL) as subject:
        assert subject.manifest.of("optimizer") == ()
        assert subject.manifest.problems == (student(
            "the submission registers 120 rules and functions", expected="at most 100"),)


def test_a_file_that_only_its_name_keeps_out_is_named():
    assert manifest_of(SGD, "test_adam.py").problems == (student(
        "the submission holds no Python file to grade", "test_adam.py",
        "a file such as homework.py that registers what the assignment asks for",
        "rename it: test_….py, conftest.py and setup.py are left to other tools"),)


def test_files_that_each_end_their_worker_have_a_bound_together(monkeypatch):
    starts = []

    class Slow(conversation.Conversation):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            starts.append(1)
            self.start_cpu_s = 40.0

    monkeypatch.setattr("cgp_harness.sandbox.host.workers.Conversation", Slow)
    files = tuple(SourceFile(f"f{i}.py", b"import os\nos._exit(0)") for i in range(20))
    with WorkerSubject(Submission("ada", files), Limits(), levels.choose("auto")) as opened:
        problems = opened.manifest.problems
    assert len(starts) == 4
    assert problems[-1] == Problem(
        Status.TIMEOUT, "the submission has used up its 120 s of CPU time", "f0.py")


def test_a_worker_that_cannot_start_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    with pytest.raises(MachineError, match=r"^a worker cannot be started: .* No such file"):
        launch.WorkerProcess(view.View("/", ()))
    assert os.listdir(tmp_path) == []


def test_a_submission_that_cannot_be_written_leaves_no_worker_and_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    files = (SourceFile("a.py", b""), SourceFile("a.py/b.py", b""))
    opened = WorkerSubject(Submission("ada", files), LIMITS, LEVEL)
    with opened, pytest.raises(
            MachineError, match=r"^a submission cannot be given to its worker: .* File exists"):
        assert opened.manifest
    assert list(tmp_path.glob("cgp-worker-*")) == []


def test_a_grader_that_is_stopped_while_a_worker_starts_leaves_no_folder(tmp_path, monkeypatch):
    def stop(*_):
        raise SystemExit(1)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(conversation.Conversation, "_exchange", stop)
    with subject(SGD) as opened, pytest.raises(SystemExit):
        assert opened.manifest
    assert list(tmp_path.glob("cgp-worker-*")) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root's view is for all")
def test_the_view_of_root_is_open_to_nobody_whatever_the_umask(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = os.umask(0o077)
    try:
        root = Path(view._view.__wrapped__().root)
    finally:
        os.umask(before)
    own = [path for path in (root, *root.rglob("*")) if not path.is_symlink()]
    wanted = {path: 0o755 if path.is_dir() else 0o644 for path in own}
    assert {path: path.stat().st_mode & 0o777 for path in own} == wanted


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_worker_that_somebody_else_ends_is_nobodys_fault(number):
    text = SGD.replace("return", "__import__('time').sleep(5)\n    return")
    files = (SourceFile("a.py", text.encode()),)
    with WorkerSubject(Submission("ada", files), LIMITS, NOT_FIRST) as sub:
        assert sub.manifest.problems == ()
        killer = threading.Timer(0.3, os.kill, (sub._workers._talk.pid, number))
        killer.start()
        with pytest.raises(KilledError) as caught:
            sub.of("optimizer").trajectory("sgd", RUN)
        killer.join()
    assert str(caught.value) == (
        f"a worker was ended from outside, by {number.name}\n"
        "  expected workers left alone, and memory enough for all graders at once\n"
        "  fix: run the same command again, with fewer --jobs if memory was short")


def test_a_worker_that_ends_itself_by_another_signal_is_the_submission_s_affair():
    text = SGD.replace("return", "__import__('os').abort()\n    return")
    files = (SourceFile("a.py", text.encode()),)
    with WorkerSubject(Submission("ada", files), LIMITS, LEVEL) as sub, (
            pytest.raises(SubjectError)) as caught:
        sub.of("optimizer").trajectory("sgd", RUN)
    assert caught.value.problem.what == "the process was ended by SIGABRT"


@pytest.mark.parametrize("path", ["../a.py", "b/../../a.py", "/tmp/cgp-a.py"])
def test_a_path_that_leads_out_is_not_written_whatever_was_collected(path, tmp_path):
    with pytest.raises(ValueError, match="leads out of the submission"):
        launch._write([SourceFile(path, b"left")], tmp_path / "room")
    assert list(tmp_path.rglob("*")) == []
