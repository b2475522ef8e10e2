"""What the grader trusts: it is imported first, and its failures are held against nobody."""

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.errors import MachineError
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import conversation, levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.host.trusted import trusted
from cgp_harness.subject import SubjectError
from tests.harness.sandbox.stand_in_packages import MISCHIEF, with_package

RUN = Trajectory(((3,),), np.array([[1.0, -2.0, 4.0]]), {"lr": 0.5})
RULE = """
import torch
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    {0}
    return lr * g
"""
ADVICE = (
    "\n  expected it to work inside a worker, as it does outside"
    "\n  fix: `cgp doctor` tries this installation; no submission loses points for it")
BROKEN = "a package that submissions use does not work on this machine: "
STUDENT = Status.STUDENT_ERROR


@pytest.fixture(params=["plain", "landlock"])
def level(request):
    if missing := levels.available()[request.param]:
        pytest.skip(missing)
    return request.param


@pytest.fixture
def graded(level, monkeypatch, tmp_path):
    """A submission's steps, where `torch` is a package of this text."""

    def steps(package, body="", first="", **files):
        root = with_package(tmp_path / "view", "torch", package)
        monkeypatch.setattr(conversation, "view_for", lambda *_, **__: root)
        files = {"sgd": first + RULE.format(body)} | files
        sources = tuple(
            SourceFile(f"{name}.py", text.encode()) for name, text in sorted(files.items()))
        with WorkerSubject(Submission("ada", sources), Limits(), level) as subject:
            if subject.manifest.problems:
                raise SubjectError(subject.manifest.problems[0])
            return subject.of("optimizer").trajectory("sgd", RUN).values[0]

    return steps


def test_what_a_kind_of_task_imports_comes_first_whatever_the_submission_does():
    ada = Submission("ada", (SourceFile("ada.py", b"import matplotlib"),))
    assert trusted(ada, imports=("torch",)) == ("matplotlib.pyplot", "torch")
    assert trusted(ada, ("torch",), imports=("torch",)) == ("matplotlib.pyplot",)


def test_a_package_may_write_start_and_look_for_what_it_likes_when_imported(graded):
    np.testing.assert_array_equal(graded(MISCHIEF), [0.5, -1.0, 2.0])


def test_a_package_that_is_imported_sees_nothing_of_the_submission_nor_leaves_it_anything(graded):
    body = "import os; assert (torch.SEEN, sorted(os.listdir())) == ([], ['json.py', 'sgd.py'])"
    graded(MISCHIEF, body, json="import numpy")


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("import os; os._exit(3)", Problem(
            STUDENT, "the process ended itself with exit code 3",
            fix="remove calls such as os._exit()")),
        ("import ctypes; ctypes.string_at(0)", Problem(
            Status.KILLED, "the process was ended by SIGSEGV")),
        ("import os; os.closerange(3, 64)\n    while True: pass", Problem(
            STUDENT, "the submission tampered with the connection to the grader; the worker was "
            "stopped", expected="a plugin that leaves files and sockets which it did not open "
            "alone")),
    ],
    ids=["exit", "signal", "closed"],
)
def test_a_worker_that_left_a_thread_behind_ends_as_any_other(graded, end, expected):
    with pytest.raises(SubjectError) as caught:
        graded(MISCHIEF, end)
    assert caught.value.problem == expected


@pytest.mark.parametrize(
    ("package", "what"),
    [
        ("raise ImportError('libcudart.so.13: cannot open')",
         "torch cannot be imported: ImportError: libcudart.so.13: cannot open"),
        ("import tempfile\nraise FileNotFoundError(2, 'No usable temporary directory')",
         "torch cannot be imported: FileNotFoundError: [Errno 2] No usable temporary directory"),
        ("raise RuntimeError('built for another processor')",
         "torch cannot be imported: RuntimeError: built for another processor"),
    ],
    ids=["import", "os", "runtime"],
)
def test_a_package_that_cannot_be_imported_is_nobodys_fault(graded, package, what):
    with pytest.raises(MachineError) as caught:
        graded(package)
    assert str(caught.value) == BROKEN + what + ADVICE


FAILS_LATER = """
import sys, types
def compute():
    raise OSError(13, "Permission denied", "/var/cache/kernels")
def __getattr__(name):
    if name != "later":
        raise AttributeError(name)
    code = compile("raise ImportError('no compiler')", __file__, "exec")
    exec(code, {"__name__": "torch.later"})
"""


@pytest.mark.parametrize(
    ("body", "first", "what", "where"),
    [
        ("torch.compute()", "", "PermissionError: [Errno 13] Permission denied: "
         "'/var/cache/kernels'", "sgd.py:7"),
        ("torch.later", "", "ImportError: no compiler", "sgd.py:7"),
        ("", "import torch; torch.later", "ImportError: no compiler", "sgd.py:1"),
    ],
    ids=["in a step", "at the first use", "while loading"],
)
def test_a_package_that_fails_later_by_itself_is_nobodys_fault(graded, body, first, what, where):
    with pytest.raises(MachineError) as caught:
        graded(FAILS_LATER, body, first)
    assert str(caught.value) == f"{BROKEN}{what}\n  at {where}{ADVICE}"


def test_what_the_submission_has_a_package_write_is_refused_in_words(graded):
    with pytest.raises(SubjectError) as caught:
        graded("", "import numpy; numpy.save('/sys/steps.npy', g)")
    assert caught.value.problem == Problem(
        STUDENT, "a submission may not write files: '/sys/steps.npy' (step 1)", "sgd.py:7",
        fix="print it, or keep it in a variable", line=7)


NO_FILE = """\
sgd() fails (step 1): there is no file '{0}' here: only your own .py and .ipynb files are
  at sgd.py:7
  fix: write what is needed from it into the code itself
  Python says: FileNotFoundError: [Errno 2] No such file or directory: '{0}'"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise OSError('mine')", "sgd() raised OSError: mine (step 1)\n  at sgd.py:7"),
        ("open('data.csv')", NO_FILE.format("data.csv")),
        ("import numpy; numpy.load('data.npy')", NO_FILE.format("data.npy")),
        ("import numpy; numpy.load('/data.npy')", NO_FILE.format("/data.npy")),
        ("from torch import nothing",
         "sgd() fails (step 1): torch has no `nothing`\n  at sgd.py:7\n"
         "  fix: look the name up where you know it from\n"
         "  Python says: ImportError: cannot import name 'nothing' from 'torch' "
         "(torch/__init__.py)"),
    ],
    ids=["raised", "opened", "named", "absolute", "no such name"],
)
def test_what_the_submission_asked_for_is_its_own_affair(graded, body, said):
    with pytest.raises(SubjectError) as caught:
        graded("", body)
    assert caught.value.problem.status is STUDENT
    assert str(caught.value.problem) == said


ANSWERS = """
def use(style):
    raise OSError(f"{style!r} is not a valid package style")
def load(name):
    raise FileNotFoundError(f"{name} not found.")
def read(name):
    try:
        raise OSError(13, "Permission denied", "/var/cache/kernels")
    except OSError as error:
        raise OSError(f"{name} is truncated") from error
"""


@pytest.mark.parametrize(("body", "what"), [
    ("torch.use('seaborn')", "raised OSError: 'seaborn' is not a valid package style (step 1)"),
    ("torch.load('/content/a.csv')", "fails (step 1): there is no file '/content/a.csv' here: "
     "only your own .py and .ipynb files are"),
    ("torch.read('photo.png')", "raised OSError: photo.png is truncated (step 1)"),
])
def test_a_package_that_answers_in_words_of_its_own_was_asked(graded, body, what):
    with pytest.raises(SubjectError) as caught:
        graded(ANSWERS, body)
    assert caught.value.problem.what == f"sgd() {what}"


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import numpy as np\n", ()),
        ("# as torch has it\n'''torch does so'''\nimport numpy  # not torch", ()),
        ("import torch", ("torch",)),
        ("if True:\n    from torch.nn import Module", ("torch",)),
        ("try: import os, torch\nexcept ImportError: pass", ("torch",)),
        ("importlib.import_module('torch')", ("torch",)),
        ("import torchvision", ()),
        ("import matplotlib.pyplot as plt", ("matplotlib.pyplot",)),
        ("from pylab import *; import torch", ("torch", "matplotlib.pyplot")),
    ],
)
def test_only_what_some_file_imports_is_imported_beforehand(text, modules):
    submission = Submission("ada", (SourceFile("a.py", text.encode()),))
    assert trusted(submission) == modules


def test_what_an_assignment_forbids_is_not_imported_beforehand():
    submission = Submission("ada", (SourceFile("a.py", b"import torch, pylab"),))
    assert trusted(submission, ["torch"]) == ("matplotlib.pyplot",)
    assert trusted(submission, ["torch.optim", "matplotlib"]) == ("torch",)
